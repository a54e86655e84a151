// UTF-8 to Specific Character Set (0008,0005): the other way of charset.cc.
#include <iconv.h>

#include <algorithm>
#include <array>

#include "extension/dicom/charset.h"
#include "extension/dicom/converter.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
bool CharacterSet::encode(std::string_view text, std::string& out) const {
  const std::size_t before = out.size();
  bool is_held = true;
  if (kind_ == Kind::utf8 || is_ascii(text))
    out += text;
  else if (kind_ == Kind::single_byte)
    is_held = encode_single_byte(text, out);
  else
    is_held = kind_ == Kind::multi_byte && encode_multi_byte(text, out);
  // What is read back is what was given: no table need be trusted.
  std::string again;
  is_held = is_held && decode(std::string_view(out).substr(before), again) && again == text;
  if (!is_held) out.resize(before);
  return is_held;
}

bool CharacterSet::encode_single_byte(std::string_view text, std::string& out) const {
  const HighHalf& table = high_half(*set_);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text, at);
    if (size == 0) return false;
    if (size == 1) {
      out += text[at];
    } else {
      const auto found = std::find(table.begin(), table.end(), utf8_character(text.substr(at, size)));
      if (found == table.end()) return false;
      out += static_cast<char>(0x80 + (found - table.begin()));
    }
    at += size;
  }
  return true;
}

bool CharacterSet::encode_multi_byte(std::string_view text, std::string& out) const {
  const Converter converter = open_converter("UTF-8", encoding_);
  if (!converter) return false;
  char* in = const_cast<char*>(text.data());  // iconv's signature; it does not write there
  std::size_t in_left = text.size();
  while (in_left > 0) {
    std::array<char, 1024> piece;
    char* to = piece.data();
    std::size_t to_left = piece.size();
    const bool is_bad =
        iconv(converter.get(), &in, &in_left, &to, &to_left) == static_cast<std::size_t>(-1) &&
        errno != E2BIG;
    out.append(piece.data(), piece.size() - to_left);
    if (is_bad) return false;
  }
  return true;
}

}  // namespace pgpacs::dicom
