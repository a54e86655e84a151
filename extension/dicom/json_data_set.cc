#include "extension/dicom/json_data_set.h"

#include <algorithm>
#include <array>
#include <optional>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

using Kind = JsonValue::Kind;

[[noreturn]] void refuse(const char* why, Tag tag = {}) {
  throw Fault{FaultCode::bad_argument, why, tag};
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
      return value.items.push_back(parse_data_set(json));
    case Kind::boolean:
    case Kind::array: break;
  }
  refuse("a value is a text, a number, null, a person name or an item");
}

Tag parse_attribute_tag(std::string_view name) {
  const std::optional<Tag> tag = parse_tag(name);
  if (!tag) refuse("an item names attributes by their tags");
  if (tag->group() < 0x0008 || tag->group() >= 0xFFFE) refuse("this element is no part of an item", *tag);
  return *tag;
}

}  // namespace

VR parse_vr(const JsonValue& value) {
  const VR vr = value.is(Kind::string) && value.text.size() == 2
                    ? static_cast<VR>(vr_code(value.text[0], value.text[1]))
                    : VR::none;
  if (!is_known(vr)) refuse("vr is a VR of PS3.5, such as LO");
  return vr;
}

void set_values(const JsonValue& json, Value& value) {
  if (json.is(Kind::null)) return;
  if (!json.is(Kind::array)) return add_value(json, value);
  for (const JsonValue& one : json.list) add_value(one, value);
  if (!value.texts.empty() && !value.items.empty()) refuse("values are texts or items, not both");
}

Attribute parse_attribute(const JsonMember& member) {
  Attribute attribute{parse_attribute_tag(member.name), {}};
  const JsonValue& json = member.value;
  if (!json.is(Kind::object)) refuse("an attribute of an item is an object with vr and Value", attribute.tag);
  for (const auto& [key, part] : json.members)
    if (key != "vr" && key != "Value" && key != "InlineBinary")
      refuse("an attribute of an item has vr and Value or InlineBinary", attribute.tag);
  if (const JsonValue* vr = json.find("vr")) attribute.value.vr = parse_vr(*vr);
  for (const std::string_view key : {"Value", "InlineBinary"})
    if (const JsonValue* values = json.find(key)) set_values(*values, attribute.value);
  return attribute;
}

std::vector<Attribute> parse_data_set(const JsonValue& object) {
  std::vector<Attribute> item;
  for (const JsonMember& member : object.members) item.push_back(parse_attribute(member));
  std::sort(item.begin(), item.end(), [](const Attribute& a, const Attribute& b) { return a.tag < b.tag; });
  const auto twice = std::adjacent_find(
      item.begin(), item.end(), [](const Attribute& a, const Attribute& b) { return a.tag == b.tag; });
  if (twice != item.end()) refuse("an item has each attribute once", twice->tag);
  return item;
}

}  // namespace pgpacs::dicom
