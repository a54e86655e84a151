#include "extension/dicom/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>

#include "extension/dicom/code_extensions.h"
#include "extension/dicom/converter.h"
#include "extension/dicom/twice_encoded.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

using Kind = CharacterSet::Kind;

// Letters and digits only, upper case: "ISO-IR 100" and "ISO_IR 100" come out alike.
std::string squeeze(std::string_view term) {
  std::string squeezed;
  for (const char c : term) {
    if (c >= 'a' && c <= 'z')
      squeezed += static_cast<char>(c - 'a' + 'A');
    else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      squeezed += c;
  }
  return squeezed;
}

// A Defined Term of (0008,0005), spelt as in the field.
struct Term {
  std::string number;  // of the ISO registry, or its name
  bool is_extension;   // ISO 2022 IR 100
  bool is_spelt_right;
};

Term read_term(std::string_view value) {
  Term term{squeeze(value), false, false};
  term.is_extension = term.number.starts_with("ISO2022");
  for (const std::string_view prefix : {"ISO2022IR", "ISOIR"})
    if (term.number.starts_with(prefix)) term.number.erase(0, prefix.size());
  if (term.number == "UTF8") term.number = "192";
  const bool is_by_name = term.number == "GB18030" || term.number == "GBK";
  term.is_spelt_right = is_by_name ? value == term.number
                                   : value == (term.is_extension ? "ISO 2022 IR " : "ISO_IR ") + term.number;
  return term;
}

bool is_plane(std::string_view number) {
  return number == "87" || number == "159" || number == "149" || number == "58";
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

void append_without_nul(std::string_view text, std::string& out) {
  if (text.find('\0') == std::string_view::npos) {
    out += text;
    return;
  }
  for (const char c : text)
    if (c != '\0') out += c;
}

bool append_utf8_checked(std::string_view raw, std::string& out) {
  if (is_utf8(raw)) {
    append_without_nul(raw, out);
    return true;
  }
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t size = utf8_sequence(raw, at);
    if (size == 0)
      append_utf8(replacement_character, out);
    else
      append_without_nul(raw.substr(at, size), out);
    at += size == 0 ? 1 : size;
  }
  return false;
}

}  // namespace

CharacterSet CharacterSet::utf8() {
  CharacterSet charset;
  charset.kind_ = Kind::utf8;
  return charset;
}

CharacterSet CharacterSet::single_byte(SingleByteSet set) {
  CharacterSet charset;
  charset.kind_ = Kind::single_byte;
  charset.set_ = set;
  return charset;
}

CharacterSet CharacterSet::utf8_twice(SingleByteSet through) {
  CharacterSet charset = single_byte(through);
  charset.kind_ = Kind::utf8_twice;
  return charset;
}

bool CharacterSet::declare(std::string_view declared) {
  *this = CharacterSet{};
  const std::size_t end = declared.find('\\');
  const bool has_more = end != std::string_view::npos;
  bool is_right = declare_first(trim(declared.substr(0, end)));
  // UTF-8, GB18030 and GBK have no extensions (PS3.3 C.12.1.1.2).
  if (kind_ == Kind::utf8 || kind_ == Kind::multi_byte) return is_right && !has_more;
  while (declared.find('\\') != std::string_view::npos) {
    declared.remove_prefix(declared.find('\\') + 1);
    const Term term = read_term(trim(declared.substr(0, declared.find('\\'))));
    const bool is_known = is_plane(term.number) || find_single_byte_set(term.number) || term.number == "6";
    is_right = is_right && is_known && term.is_extension && term.is_spelt_right;
  }
  has_extensions_ = has_extensions_ || has_more;
  return is_right;
}

// The set before any escape sequence.
bool CharacterSet::declare_first(std::string_view value) {
  if (value.empty()) return true;
  const Term term = read_term(value);
  has_extensions_ = term.is_extension;
  if (term.number == "192") {
    kind_ = Kind::utf8;
    has_extensions_ = false;
  } else if (term.number == "GB18030" || term.number == "GBK") {
    kind_ = Kind::multi_byte;
    encoding_ = term.number == "GBK" ? "GBK" : "GB18030";
  } else if (const auto set = find_single_byte_set(term.number)) {
    kind_ = Kind::single_byte;
    set_ = set;
  } else if (is_plane(term.number)) {
    has_extensions_ = true;  // a device that left the first value out
    return false;
  } else if (term.number != "6") {
    return false;
  }
  return term.is_spelt_right && (kind_ != Kind::utf8 || !term.is_extension);
}

bool CharacterSet::is_plain(std::string_view raw) const {
  return is_ascii(raw) && (!has_extensions_ || raw.find('\x1B') == std::string_view::npos);
}

bool CharacterSet::decode(std::string_view raw, std::string& out) const {
  if (is_plain(raw)) {
    append_without_nul(raw, out);
    return true;
  }
  if (has_extensions_) return decode_code_extensions(raw, set_, out);
  switch (kind_) {
    case Kind::utf8: return append_utf8_checked(raw, out);
    case Kind::single_byte: return decode_single_byte(raw, out);
    case Kind::multi_byte: return decode_multi_byte(raw, out);
    case Kind::utf8_twice: return decode_twice_encoded(raw, *set_, out) || append_utf8_checked(raw, out);
    case Kind::ascii: break;
  }
  if (is_utf8(raw)) {
    append_without_nul(raw, out);
  } else {
    for (const char c : raw)
      if (c != '\0') append_utf8(static_cast<unsigned char>(c), out);
  }
  return false;
}

bool CharacterSet::decode_single_byte(std::string_view raw, std::string& out) const {
  const HighHalf& table = high_half(*set_);
  bool is_clean = true;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) continue;
    const char32_t character = byte < 0x80 ? byte : table[byte - 0x80];
    is_clean = is_clean && character != no_character;
    append_utf8(character == no_character ? replacement_character : character, out);
  }
  return is_clean;
}

bool CharacterSet::decode_multi_byte(std::string_view raw, std::string& out) const {
  const Converter converter = open_converter(encoding_);
  if (!converter) return append_utf8_checked(raw, out);
  bool is_clean = true;
  char* in = const_cast<char*>(raw.data());  // iconv's signature; it does not write there
  std::size_t in_left = raw.size();
  while (in_left > 0) {
    std::array<char32_t, 256> characters;
    char* to = reinterpret_cast<char*>(characters.data());
    std::size_t to_left = sizeof characters;
    const bool is_bad =
        iconv(converter.get(), &in, &in_left, &to, &to_left) == static_cast<std::size_t>(-1) &&
        errno != E2BIG;
    const std::size_t count = (sizeof characters - to_left) / sizeof(char32_t);
    for (std::size_t i = 0; i < count; ++i)
      if (characters[i] != 0) append_utf8(characters[i], out);
    if (!is_bad) continue;
    append_utf8(replacement_character, out);
    is_clean = false;
    ++in;
    --in_left;
  }
  return is_clean;
}

}  // namespace pgpacs::dicom
