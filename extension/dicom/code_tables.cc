#include "extension/dicom/code_tables.h"

#include <iconv.h>

#include <cstddef>
#include <iterator>
#include <string_view>

#include "extension/dicom/converter.h"

namespace pgpacs::dicom {
namespace {

// The one character that all of the bytes are.
char32_t convert(const Converter& converter, std::string_view bytes) {
  if (!converter) return no_character;
  char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write there
  std::size_t in_left = bytes.size();
  char32_t character = 0;
  char* out = reinterpret_cast<char*>(&character);
  std::size_t out_left = sizeof character;
  const bool is_done = iconv(converter.get(), &in, &in_left, &out, &out_left) == 0 && out_left == 0;
  iconv(converter.get(), nullptr, nullptr, nullptr, nullptr);
  return is_done ? character : no_character;
}

struct Encoding {
  std::string_view number;  // none where the standard has no term for it
  const char* name;         // iconv's
};
constexpr Encoding single_byte_sets[] = {
    {"100", "ISO-8859-1"},
    {"101", "ISO-8859-2"},
    {"109", "ISO-8859-3"},
    {"110", "ISO-8859-4"},
    {"144", "ISO-8859-5"},
    {"127", "ISO-8859-6"},
    {"126", "ISO-8859-7"},
    {"138", "ISO-8859-8"},
    {"148", "ISO-8859-9"},
    {"203", "ISO-8859-15"},
    {"166", "TIS-620"},
    {"13", "SHIFT_JIS"},  // whose bytes that stand alone are JIS X 0201, which glibc does not know
    {"", "CP1250"},
    {"", "CP1251"},
    {"", "CP1252"},
    {"", "KOI8-U"},
    {"", "CP1125"},
};
static_assert(std::size(single_byte_sets) == cp1125 + 1);

HighHalf make_high_half(const char* encoding) {
  HighHalf table;
  const Converter converter = open_converter(encoding);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char byte = static_cast<char>(0x80 + i);
    table[i] = convert(converter, {&byte, 1});
  }
  return table;
}

constexpr std::size_t side = 94;
using Square = std::array<char32_t, side * side>;

// EUC writes the planes as two bytes with high bits; JIS X 0212 after a byte of its own.
Square make_square(const char* encoding, bool is_third) {
  Square square;
  const Converter converter = open_converter(encoding);
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t column = 0; column < side; ++column) {
      const std::array<char, 3> bytes{static_cast<char>(0x8F), static_cast<char>(0xA1 + row),
                                      static_cast<char>(0xA1 + column)};
      const std::string_view all(bytes.data(), bytes.size());
      square[row * side + column] = convert(converter, is_third ? all : all.substr(1));
    }
  return square;
}

const Square& square(Plane plane) {
  switch (plane) {
    case Plane::jis_x_0208: {
      static const Square table = make_square("EUC-JP", false);
      return table;
    }
    case Plane::jis_x_0212: {
      static const Square table = make_square("EUC-JP", true);
      return table;
    }
    case Plane::ks_x_1001: {
      static const Square table = make_square("EUC-KR", false);
      return table;
    }
    case Plane::gb_2312: break;
  }
  static const Square table = make_square("EUC-CN", false);
  return table;
}

}  // namespace

std::optional<SingleByteSet> find_single_byte_set(std::string_view number) {
  for (std::size_t i = 0; i < windows_1250; ++i)
    if (single_byte_sets[i].number == number) return static_cast<SingleByteSet>(i);
  return std::nullopt;
}

const HighHalf& high_half(SingleByteSet set) {
  static const auto tables = [] {
    std::array<HighHalf, std::size(single_byte_sets)> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = make_high_half(single_byte_sets[i].name);
    return all;
  }();
  return tables[set];
}

char32_t plane_character(Plane plane, unsigned char first, unsigned char second) {
  const std::size_t row = (first & 0x7Fu) - 0x21u;
  const std::size_t column = (second & 0x7Fu) - 0x21u;
  return row < side && column < side ? square(plane)[row * side + column] : no_character;
}

}  // namespace pgpacs::dicom
