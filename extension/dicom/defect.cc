#include "extension/dicom/defect.h"

namespace pgpacs::dicom {
namespace {

constexpr std::string_view names[] = {"bad_date",
                                      "bad_number",
                                      "bad_uid",
                                      "bad_length",
                                      "odd_length",
                                      "unknown_vr",
                                      "unknown_character_set",
                                      "bad_character",
                                      "nul_in_text",
                                      "unordered",
                                      "repeated",
                                      "missing_delimiter",
                                      "stray_delimiter",
                                      "overlong_item",
                                      "wrong_syntax",
                                      "more"};

constexpr std::size_t longest_value = 64;

}  // namespace

std::string_view name(DefectCode code) {
  return names[static_cast<std::size_t>(code)];
}

void Defects::note(DefectCode code, Tag tag, std::string_view value) {
  if (list_.size() > limit_) return;
  if (list_.size() == limit_) {
    list_.push_back({DefectCode::more, Tag{}, {}});
    return;
  }
  for (const Defect& known : list_)
    if (known.code == code && known.tag == tag) return;
  list_.push_back({code, tag, std::string(value.substr(0, longest_value))});
}

}  // namespace pgpacs::dicom
