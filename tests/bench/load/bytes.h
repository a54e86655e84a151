// Numbers as they stand in PDUs (big endian) and in command sets (implicit VR little endian).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgpacs::bench {

template <typename Number>
void put_big(std::string& out, Number value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
}

template <typename Number>
void put_little(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> 8 * i & 0xFF);
}

template <typename Number>
Number get_big(const char* from) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<Number>(value << 8 | static_cast<unsigned char>(from[i]));
  return value;
}

template <typename Number>
Number get_little(const char* from) {
  Number value = 0;
  for (std::size_t i = sizeof value; i-- > 0;)
    value = static_cast<Number>(value << 8 | static_cast<unsigned char>(from[i]));
  return value;
}

// A UID, AE title or text without its padding.
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

}  // namespace pgpacs::bench
