#include "extension/dicom/tag.h"

namespace pgpacs::dicom {
namespace {

constexpr char digits[] = "0123456789ABCDEF";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

void write_hex(Tag tag, char* out) {
  for (int i = 0; i < 8; ++i) out[i] = digits[tag.value >> (28 - 4 * i) & 0xF];
}

std::string to_string(Tag tag) {
  char hex[8];
  write_hex(tag, hex);
  return "(" + std::string(hex, 4) + "," + std::string(hex + 4, 4) + ")";
}

std::optional<Tag> parse_tag(std::string_view text) {
  if (text.size() == 11 && text.front() == '(' && text.back() == ')') text = text.substr(1, 9);
  const bool has_comma = text.size() == 9 && text[4] == ',';
  if (text.size() != 8 && !has_comma) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (has_comma && i == 4) continue;
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<std::uint32_t>(digit);
  }
  return Tag{value};
}

}  // namespace pgpacs::dicom
