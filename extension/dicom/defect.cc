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
                                      "wrong_character_set",
                                      "bad_character",
                                      "nul_in_text",
                                      "unordered",
                                      "repeated",
                                      "missing_delimiter",
                                      "stray_delimiter",
                                      "overlong_item",
                                      "wrong_syntax",
                                      "guessed_syntax",
                                      "misplaced_meta",
                                      "bad_offset_table",
                                      "bad_frame_count",
                                      "more"};

constexpr std::size_t longest_value = 128;

// The beginning of a value, not cut inside a character of UTF-8.
std::string_view shorten(std::string_view value) {
  if (value.size() <= longest_value) return value;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(value[at]) & 0xC0) == 0x80;
  };
  std::size_t end = longest_value;
  while (end > longest_value - 3 && continues(end)) --end;
  return value.substr(0, end);
}

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
  list_.push_back({code, tag, std::string(shorten(value))});
}

}  // namespace pgpacs::dicom
