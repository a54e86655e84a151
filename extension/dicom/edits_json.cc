#include "extension/dicom/edits_json.h"

#include <algorithm>
#include <array>

#include "extension/dicom/fault.h"
#include "extension/dicom/json_data_set.h"
#include "extension/dicom/json_parser.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dicom {
namespace {

using Kind = JsonValue::Kind;

// An array of edits around what values may be.
constexpr std::uint32_t depth_of_values = 8;

// Compiling them cannot be cancelled, and looks for each path among those before it. A profile of PS3.15 is
// of 500 edits.
constexpr std::size_t most_edits = 10'000;
constexpr std::uint32_t most_values = 500'000;

[[noreturn]] void refuse(const char* why, Tag tag = {}) {
  throw Fault{FaultCode::bad_argument, why, tag};
}

Action parse_action(const JsonValue* op) {
  const std::string_view word = op != nullptr && op->is(Kind::string) ? std::string_view(op->text) : "";
  if (word == "remove") return Action::remove;
  if (word == "empty") return Action::empty;
  if (word == "replace") return Action::replace;
  if (word == "insert") return Action::insert;
  refuse("op is remove, empty, replace or insert");
}

std::string text_of(const JsonValue& value) {
  if (!value.is(Kind::string) || value.text.empty()) refuse("attribute and creator are texts");
  return value.text;
}

bool is_everywhere(const JsonValue& edit) {
  const JsonValue* everywhere = edit.find("everywhere");
  if (everywhere != nullptr && !everywhere->is(Kind::boolean)) refuse("everywhere is true or false");
  return everywhere != nullptr && everywhere->is_true;
}

void check_members(const JsonValue& edit) {
  if (!edit.is(Kind::object)) refuse("an edit is an object");
  constexpr std::array<std::string_view, 6> known = {"op",         "attribute", "creator",
                                                     "everywhere", "value",     "vr"};
  for (const JsonMember& member : edit.members)
    if (std::find(known.begin(), known.end(), member.name) == known.end())
      refuse("an edit has op, attribute or creator, everywhere, value and vr");
}

void add_edit(const JsonValue& json, Edits& edits) {
  check_members(json);
  Edit edit{parse_action(json.find("op"))};
  const JsonValue* value = json.find("value");
  const JsonValue* vr = json.find("vr");
  const bool takes_value = edit.action == Action::replace || edit.action == Action::insert;
  if ((value != nullptr) != takes_value || (vr != nullptr && !takes_value))
    refuse("replace and insert have a value, remove and empty none");
  if (vr != nullptr) edit.value.vr = parse_vr(*vr);
  if (value != nullptr) set_values(*value, edit.value);
  const JsonValue* attribute = json.find("attribute");
  const JsonValue* creator = json.find("creator");
  if ((attribute == nullptr) == (creator == nullptr)) refuse("an edit has either attribute or creator");
  if (creator != nullptr) {
    if (edit.action != Action::remove) refuse("of a whole Private Creator's block there is removal only");
    edits.add(Pattern{Tag{}, 0, text_of(*creator)}, is_everywhere(json), std::move(edit));
    return;
  }
  const Path path = parse_pattern(text_of(*attribute));
  if (!is_everywhere(json)) {
    edits.add(path, std::move(edit));
    return;
  }
  if (path.size != 1) refuse("everywhere is for one attribute, not for a path");
  edits.add(pattern_of(path.steps[0]), true, std::move(edit));
}

}  // namespace

Edits parse_edits(std::string_view json, Edits::Number& in_hand) {
  const JsonValue all = parse_json(json, 3 * Limits{}.depth + depth_of_values, most_values);
  if (!all.is(Kind::array)) refuse("edits are an array of objects");
  if (all.list.size() > most_edits) throw Fault{FaultCode::too_large, "there are more edits than the limit"};
  Edits edits;
  for (in_hand = 0; in_hand < all.list.size(); ++in_hand) add_edit(all.list[in_hand], edits);
  in_hand = Edits::none;
  return edits;
}

}  // namespace pgpacs::dicom
