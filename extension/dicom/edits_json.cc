#include "extension/dicom/edits_json.h"

#include <algorithm>
#include <array>
#include <optional>

#include "extension/dicom/fault.h"
#include "extension/dicom/json_parser.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dicom {
namespace {

using Kind = JsonValue::Kind;

// An array of edits, then an item, its attributes, their objects and arrays of values.
constexpr std::uint32_t depth_of_values = 8;

// Compiling them cannot be cancelled, and looks for each path among those before it. A profile of PS3.15 is
// of 500 edits.
constexpr std::size_t most_edits = 10'000;
constexpr std::uint32_t most_values = 500'000;

[[noreturn]] void refuse(const char* why, Tag tag = {}) {
  throw Fault{FaultCode::bad_argument, why, tag};
}

VR parse_vr(const JsonValue& value) {
  const VR vr = value.is(Kind::string) && value.text.size() == 2
                    ? static_cast<VR>(vr_code(value.text[0], value.text[1]))
                    : VR::none;
  if (!is_known(vr)) refuse("vr is a VR of PS3.5, such as LO");
  return vr;
}

// PS3.18 F.2.2: component groups as PS3.5 6.2.1 joins them.
std::string person_name(const JsonValue& object) {
  std::array<std::string, 3> groups;
  for (const auto& [label, group] : object.members) {
    constexpr std::array<std::string_view, 3> labels = {"Alphabetic", "Ideographic", "Phonetic"};
    const auto found = std::find(labels.begin(), labels.end(), label);
    if (found == labels.end() || !group.is(Kind::string))
      refuse("a person name has Alphabetic and such groups");
    groups[static_cast<std::size_t>(found - labels.begin())] = group.text;
  }
  std::string name = groups[0] + '=' + groups[1] + '=' + groups[2];
  while (name.ends_with('=')) name.pop_back();
  return name;
}

std::vector<Attribute> parse_item(const JsonValue& object);

bool is_person_name(const JsonValue& value) {
  return std::any_of(value.members.begin(), value.members.end(), [](const auto& member) {
    return member.name == "Alphabetic" || member.name == "Ideographic" || member.name == "Phonetic";
  });
}

void add_value(const JsonValue& json, Value& value) {
  switch (json.kind) {
    case Kind::null: return value.texts.push_back({});
    case Kind::number:
    case Kind::string: return value.texts.push_back(json.text);
    case Kind::object:
      if (value.vr == VR::PN || (value.vr != VR::SQ && is_person_name(json)))
        return value.texts.push_back(person_name(json));
      return value.items.push_back(parse_item(json));
    case Kind::boolean:
    case Kind::array: break;
  }
  refuse("a value is a text, a number, null, a person name or an item");
}

// One value or an array of them; null and [] are no value.
void set_values(const JsonValue& json, Value& value) {
  if (json.is(Kind::null)) return;
  if (!json.is(Kind::array)) return add_value(json, value);
  for (const JsonValue& one : json.list) add_value(one, value);
  if (!value.texts.empty() && !value.items.empty()) refuse("values are texts or items, not both");
}

Tag parse_attribute_tag(std::string_view name) {
  const Path path = parse_path(name);
  const std::optional<Tag> tag = parse_tag(path.steps[0].key());
  if (path.size != 1 || path.steps[0].creator_size != 0 || !tag)
    refuse("an item names attributes by their tags");
  if (tag->group() < 0x0008 || tag->group() >= 0xFFFE) refuse("this element is no part of an item", *tag);
  return *tag;
}

// A data set in the DICOM JSON model (PS3.18 F.2), BulkDataURI aside.
std::vector<Attribute> parse_item(const JsonValue& object) {
  std::vector<Attribute> item;
  for (const auto& [name, json] : object.members) {
    Attribute attribute{parse_attribute_tag(name), {}};
    if (!json.is(Kind::object))
      refuse("an attribute of an item is an object with vr and Value", attribute.tag);
    for (const auto& [key, part] : json.members)
      if (key != "vr" && key != "Value" && key != "InlineBinary")
        refuse("an attribute of an item has vr and Value or InlineBinary", attribute.tag);
    if (const JsonValue* vr = json.find("vr")) attribute.value.vr = parse_vr(*vr);
    for (const std::string_view key : {"Value", "InlineBinary"})
      if (const JsonValue* values = json.find(key)) set_values(*values, attribute.value);
    item.push_back(std::move(attribute));
  }
  std::sort(item.begin(), item.end(), [](const Attribute& a, const Attribute& b) { return a.tag < b.tag; });
  const auto twice = std::adjacent_find(
      item.begin(), item.end(), [](const Attribute& a, const Attribute& b) { return a.tag == b.tag; });
  if (twice != item.end()) refuse("an item has each attribute once", twice->tag);
  return item;
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
