#include "extension/dicom/charset.h"

#include <iconv.h>

#include <array>
#include <memory>
#include <optional>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

struct Term {
  std::string_view number;  // of the ISO registry, or the whole term
  const char* encoding;     // iconv's name; nullptr for UTF-8
  CharacterSet::Kind kind;
};

using Kind = CharacterSet::Kind;

constexpr Term terms[] = {
    {"6", "ASCII", Kind::ascii},
    {"100", "ISO-8859-1", Kind::single_byte},
    {"101", "ISO-8859-2", Kind::single_byte},
    {"109", "ISO-8859-3", Kind::single_byte},
    {"110", "ISO-8859-4", Kind::single_byte},
    {"144", "ISO-8859-5", Kind::single_byte},
    {"127", "ISO-8859-6", Kind::single_byte},
    {"126", "ISO-8859-7", Kind::single_byte},
    {"138", "ISO-8859-8", Kind::single_byte},
    {"148", "ISO-8859-9", Kind::single_byte},
    {"203", "ISO-8859-15", Kind::single_byte},
    {"13", "JIS_X0201", Kind::single_byte},
    {"166", "TIS-620", Kind::single_byte},
    {"192", nullptr, Kind::utf8},
    {"GB18030", "GB18030", Kind::multi_byte},
    {"GBK", "GBK", Kind::multi_byte},
};

struct CloseIconv {
  void operator()(void* handle) const { iconv_close(handle); }
};
using Iconv = std::unique_ptr<void, CloseIconv>;

Iconv open_iconv(const char* encoding) {
  iconv_t handle = iconv_open("UTF-32LE", encoding);
  return Iconv(handle == reinterpret_cast<iconv_t>(-1) ? nullptr : handle);
}

constexpr char32_t no_character = 0xFFFFFFFF;
using HighHalf = std::array<char32_t, 128>;

// What bytes 0x80 to 0xFF of a single-byte set stand for.
HighHalf make_high_half(const char* encoding) {
  HighHalf table;
  table.fill(no_character);
  const Iconv converter = open_iconv(encoding);
  if (!converter) return table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    char byte = static_cast<char>(0x80 + i);
    char* in = &byte;
    std::size_t in_left = 1;
    char32_t character = 0;
    char* out = reinterpret_cast<char*>(&character);
    std::size_t out_left = sizeof character;
    if (iconv(converter.get(), &in, &in_left, &out, &out_left) == 0 && out_left == 0) table[i] = character;
    iconv(converter.get(), nullptr, nullptr, nullptr, nullptr);
  }
  return table;
}

const HighHalf& high_half(std::size_t term) {
  static const auto tables = [] {
    std::array<HighHalf, std::size(terms)> all{};
    for (std::size_t i = 0; i < std::size(terms); ++i)
      if (terms[i].kind == Kind::single_byte) all[i] = make_high_half(terms[i].encoding);
    return all;
  }();
  return tables[term];
}

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

std::optional<std::uint8_t> find_term(std::string_view number) {
  for (std::size_t i = 0; i < std::size(terms); ++i)
    if (terms[i].number == number) return static_cast<std::uint8_t>(i);
  return std::nullopt;
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

bool CharacterSet::declare(std::string_view declared) {
  kind_ = Kind::ascii;
  term_ = 0;
  const std::string_view first = trim(declared.substr(0, declared.find('\\')));
  if (first.empty()) return true;
  std::string squeezed = squeeze(first);
  for (const std::string_view prefix : {"ISO2022IR", "ISOIR"})
    if (squeezed.starts_with(prefix)) squeezed.erase(0, prefix.size());
  if (squeezed == "UTF8") squeezed = "192";
  const auto term = find_term(squeezed);
  if (!term) return false;
  term_ = *term;
  kind_ = terms[term_].kind;
  const bool is_spelt_right = first.starts_with("ISO_IR ") || first.starts_with("ISO 2022 IR ") ||
                              first == "GB18030" || first == "GBK";
  return is_spelt_right;
}

bool CharacterSet::decode(std::string_view raw, std::string& out) const {
  if (is_ascii(raw)) {
    append_without_nul(raw, out);
    return true;
  }
  switch (kind_) {
    case Kind::utf8: return append_utf8_checked(raw, out);
    case Kind::single_byte: return decode_single_byte(raw, out);
    case Kind::multi_byte: return decode_multi_byte(raw, out);
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
  const HighHalf& table = high_half(term_);
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
  const Iconv converter = open_iconv(terms[term_].encoding);
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
