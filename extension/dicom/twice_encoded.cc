#include "extension/dicom/twice_encoded.h"

#include <algorithm>
#include <optional>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

// The byte that was taken for the character. Where the set has a hole, converters keep the number.
std::optional<char> byte_of(char32_t character, SingleByteSet through) {
  if (character < 0x80) return static_cast<char>(character);
  const HighHalf& table = high_half(through);
  if (character < 0x100 && (through == windows_1252 || table[character - 0x80] == no_character))
    return static_cast<char>(character);
  const auto* const found = std::find(table.begin(), table.end(), character);
  if (found == table.end()) return std::nullopt;
  return static_cast<char>(0x80 + (found - table.begin()));
}

}  // namespace

bool decode_twice_encoded(std::string_view raw, SingleByteSet through, std::string& out) {
  std::string once;
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t size = utf8_sequence(raw, at);
    if (size == 0) return false;
    const auto byte = byte_of(utf8_character(raw.substr(at, size)), through);
    if (!byte) return false;
    if (*byte != '\0') once += *byte;
    at += size;
  }
  if (!is_utf8(once)) return false;
  out += once;
  return true;
}

}  // namespace pgpacs::dicom
