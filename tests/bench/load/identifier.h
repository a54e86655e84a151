// An identifier of C-FIND, C-MOVE and C-GET (PS3.4 C.2.1) in implicit VR little endian: elements without
// sequences.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pgpacs::bench {

// Group and element → value without padding, in the order of a data set.
using Identifier = std::map<std::uint32_t, std::string>;

namespace key {
inline constexpr std::uint32_t specific_character_set = 0x00080005;
inline constexpr std::uint32_t query_retrieve_level = 0x00080052;
inline constexpr std::uint32_t study_instance_uid = 0x0020000D;
}  // namespace key

inline constexpr std::string_view implicit_little = "1.2.840.10008.1.2";

std::string write_identifier(const Identifier& identifier);
Identifier read_identifier(std::string_view bytes);  // throws Broken

}  // namespace pgpacs::bench
