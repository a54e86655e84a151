// What bytes of coded character sets stand for, in tables that iconv fills at their first use.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgpacs::dicom {

inline constexpr char32_t no_character = 0xFFFFFFFF;

// Sets of single bytes (PS3.3 tables C.12-2 and C.12-3), by their number in the ISO registry: "100" is
// Latin 1.
using SingleByteSet = std::uint8_t;
std::optional<SingleByteSet> find_single_byte_set(std::string_view number);

// Sets that the standard has no term for and devices use nevertheless; CP1125 is CP866 with the Ukrainian
// letters.
inline constexpr SingleByteSet windows_1250 = 12, windows_1251 = 13, windows_1252 = 14, koi8_u = 15,
                               cp1125 = 16;

// What their bytes 0x80 to 0xFF stand for.
using HighHalf = std::array<char32_t, 128>;
const HighHalf& high_half(SingleByteSet set);

// Sets of 94 × 94 characters (PS3.3 table C.12-4).
enum class Plane : std::uint8_t { jis_x_0208, jis_x_0212, ks_x_1001, gb_2312 };

// Of two bytes whose high bits do not count; no_character where the set has none.
char32_t plane_character(Plane plane, unsigned char first, unsigned char second);

}  // namespace pgpacs::dicom
