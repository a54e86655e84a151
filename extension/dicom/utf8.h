// UTF-8: validation and encoding of single code points (Unicode 15, table 3-7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pgpacs::dicom {

inline bool is_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080ull;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + i, 8);
    if ((eight & high_bits) != 0) return false;
  }
  for (; i < text.size(); ++i)
    if (static_cast<unsigned char>(text[i]) >= 0x80) return false;
  return true;
}

// Length of the well-formed sequence at `at`, 0 where there is none. Surrogates and overlong forms are not
// well-formed.
std::size_t utf8_sequence(std::string_view text, std::size_t at);

// The character of one well-formed sequence.
char32_t utf8_character(std::string_view sequence);

bool is_utf8(std::string_view text);

void append_utf8(char32_t code_point, std::string& out);

inline constexpr char32_t replacement_character = 0xFFFD;

}  // namespace pgpacs::dicom
