#include "tests/bench/load/identifier.h"

#include "tests/bench/load/bytes.h"
#include "tests/bench/load/socket.h"

namespace pgpacs::bench {
namespace {

constexpr std::size_t element_head = 8;

char padding(std::uint32_t tag) {
  return tag == key::study_instance_uid ? '\0' : ' ';
}

}  // namespace

std::string write_identifier(const Identifier& identifier) {
  std::string bytes;
  for (const auto& [tag, value] : identifier) {
    const bool is_odd = value.size() % 2 != 0;
    put_little(bytes, static_cast<std::uint16_t>(tag >> 16));
    put_little(bytes, static_cast<std::uint16_t>(tag));
    put_little(bytes, static_cast<std::uint32_t>(value.size() + (is_odd ? 1 : 0)));
    bytes += value;
    if (is_odd) bytes += padding(tag);
  }
  return bytes;
}

Identifier read_identifier(std::string_view bytes) {
  Identifier identifier;
  while (!bytes.empty()) {
    if (bytes.size() < element_head) throw Broken("an identifier ends inside an element");
    const std::uint32_t group = get_little<std::uint16_t>(bytes.data());
    const std::uint32_t tag = group << 16 | get_little<std::uint16_t>(bytes.data() + 2);
    const auto length = get_little<std::uint32_t>(bytes.data() + 4);
    if (length > bytes.size() - element_head) throw Broken("an identifier ends inside an element");
    identifier[tag] = trimmed(bytes.substr(element_head, length));
    bytes.remove_prefix(element_head + length);
  }
  return identifier;
}

}  // namespace pgpacs::bench
