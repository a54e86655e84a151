#include "tests/bench/load/command.h"

#include "tests/bench/load/bytes.h"
#include "tests/bench/load/socket.h"

namespace pgpacs::bench {
namespace {

void put_element(std::string& out, std::uint16_t element, std::string_view value) {
  put_little<std::uint16_t>(out, 0);
  put_little(out, element);
  put_little(out, static_cast<std::uint32_t>(value.size()));
  out += value;
}

}  // namespace

Command::Command(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 8) throw Broken("a command set ends inside an element");
    const auto element = get_little<std::uint16_t>(bytes.data() + 2);
    const auto length = get_little<std::uint32_t>(bytes.data() + 4);
    if (length > bytes.size() - 8) throw Broken("a command set ends inside an element");
    values_[element] = bytes.substr(8, length);
    bytes.remove_prefix(8 + length);
  }
}

Command& Command::set(std::uint16_t element, std::uint16_t value) {
  std::string bytes;
  put_little(bytes, value);
  values_[element] = bytes;
  return *this;
}

// A UID is filled up with NUL, an AE title with a blank.
Command& Command::set(std::uint16_t element, std::string_view text) {
  std::string bytes(text);
  if (bytes.size() % 2 != 0) bytes += element == element::move_destination ? ' ' : '\0';
  values_[element] = bytes;
  return *this;
}

std::uint16_t Command::number(std::uint16_t element) const {
  const auto found = values_.find(element);
  if (found == values_.end() || found->second.size() != 2) throw Broken("a command set lacks a number");
  return get_little<std::uint16_t>(found->second.data());
}

std::string_view Command::text(std::uint16_t element) const {
  const auto found = values_.find(element);
  return found == values_.end() ? std::string_view{} : trimmed(found->second);
}

std::string Command::bytes() const {
  std::string body;
  for (const auto& [element, value] : values_)
    if (element != 0) put_element(body, element, value);
  std::string length, all;
  put_little(length, static_cast<std::uint32_t>(body.size()));
  put_element(all, 0, length);
  return all + body;
}

bool Command::is_pending() const {
  return (number(element::status) & 0xFFFE) == 0xFF00;
}

Command stored(const Command& request) {
  return Command()
      .set(element::sop_class_uid, request.text(element::sop_class_uid))
      .set(element::command_field, c_store_rsp)
      .set(element::responded_to, request.number(element::message_id))
      .set(element::data_set_type, no_data_set)
      .set(element::status, std::uint16_t{0})
      .set(element::sop_instance_uid, request.text(element::sop_instance_uid));
}

}  // namespace pgpacs::bench
