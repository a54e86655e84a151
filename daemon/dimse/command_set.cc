#include "daemon/dimse/command_set.h"

#include <algorithm>

#include "extension/dicom/uid.h"

namespace pgpacs::dimse {
namespace {

void put_16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8);
}

void put_32(std::string& out, std::uint32_t value) {
  put_16(out, static_cast<std::uint16_t>(value));
  put_16(out, static_cast<std::uint16_t>(value >> 16));
}

void put_element(std::string& out, std::uint16_t element, std::string_view value) {
  put_16(out, 0x0000);
  put_16(out, element);
  put_32(out, static_cast<std::uint32_t>(value.size()));
  out += value;
}

constexpr std::size_t longest_comment = 64;  // LO

// The first "(gggg,eeee)" of a message.
std::optional<dicom::Tag> tag_in(std::string_view what) {
  constexpr std::size_t size = std::string_view("(0000,0000)").size();
  for (std::size_t at = what.find('('); at != std::string_view::npos; at = what.find('(', at + 1))
    if (const auto tag = dicom::parse_tag(what.substr(at, size))) return tag;
  return std::nullopt;
}

}  // namespace

std::optional<CommandSet> CommandSet::parse(dicom::Bytes bytes) {
  if (bytes.size() > largest_command_set) return std::nullopt;
  CommandSet set;
  while (!bytes.empty()) {
    if (bytes.size() < 8 || dicom::load<std::uint16_t>(bytes.data(), false) != 0) return std::nullopt;
    const auto element = dicom::load<std::uint16_t>(bytes.data() + 2, false);
    const auto length = dicom::load<std::uint32_t>(bytes.data() + 4, false);
    if (length > bytes.size() - 8) return std::nullopt;
    // The group length is made anew when the set is written.
    if (element != 0)
      set.fields_.emplace_back(static_cast<Field>(element), dicom::as_text(bytes.subspan(8, length)));
    bytes = bytes.subspan(8 + length);
  }
  return set;
}

std::optional<std::uint16_t> CommandSet::number(Field field) const {
  const auto at = std::ranges::find(fields_, field, &std::pair<Field, std::string>::first);
  if (at == fields_.end() || at->second.size() != 2) return std::nullopt;
  return dicom::load<std::uint16_t>(dicom::as_bytes(at->second).data(), false);
}

std::string_view CommandSet::text(Field field) const {
  const auto at = std::ranges::find(fields_, field, &std::pair<Field, std::string>::first);
  if (at == fields_.end()) return {};
  std::string_view value = at->second;
  while (!value.empty() && (value.back() == '\0' || value.back() == ' ')) value.remove_suffix(1);
  return value;
}

void CommandSet::set(Field field, std::uint16_t value) {
  std::string bytes;
  put_16(bytes, value);
  put(field, std::move(bytes));
}

void CommandSet::set(Field field, std::string_view text, char padding) {
  std::string value(text);
  if (value.size() % 2 != 0) value += padding;
  put(field, std::move(value));
}

void CommandSet::set(Field field, dicom::Tag value) {
  std::string bytes;
  put_16(bytes, value.group());
  put_16(bytes, value.element());
  put(field, std::move(bytes));
}

void CommandSet::put(Field field, std::string value) {
  const auto at = std::ranges::find(fields_, field, &std::pair<Field, std::string>::first);
  if (at == fields_.end())
    fields_.emplace_back(field, std::move(value));
  else
    at->second = std::move(value);
}

std::string CommandSet::bytes() const {
  auto ascending = fields_;
  std::ranges::stable_sort(ascending, {}, &std::pair<Field, std::string>::first);
  std::string body;
  for (const auto& [field, value] : ascending) put_element(body, static_cast<std::uint16_t>(field), value);
  std::string length;
  put_32(length, static_cast<std::uint32_t>(body.size()));
  std::string all;
  put_element(all, 0x0000, length);
  return all + body;
}

CommandSet make_request(std::uint16_t command_field, std::uint16_t message_id) {
  CommandSet request;
  request.set(Field::command_field, command_field);
  request.set(Field::message_id, message_id);
  request.set(Field::command_data_set_type, no_data_set);
  return request;
}

CommandSet make_response(const CommandSet& request, std::uint16_t status) {
  CommandSet response;
  const std::uint16_t asked = request.number(Field::command_field).value_or(0);
  response.set(Field::command_field, static_cast<std::uint16_t>(asked | command::response));
  response.set(Field::message_id_being_responded_to, request.number(Field::message_id).value_or(0));
  response.set(Field::command_data_set_type, no_data_set);
  response.set(Field::status, status);
  for (const Field field : {Field::affected_sop_class_uid, Field::affected_sop_instance_uid})
    if (const auto uid = request.text(field); dicom::is_valid_uid(uid)) response.set(field, uid);
  return response;
}

CommandSet make_failure(const CommandSet& request, dicom::FaultCode code, std::string_view what) {
  CommandSet response = make_response(request, dicom::info(code).dimse_status);
  if (const auto tag = tag_in(what)) response.set(Field::offending_element, *tag);
  response.set(Field::error_comment, what.substr(0, longest_comment), ' ');
  return response;
}

}  // namespace pgpacs::dimse
