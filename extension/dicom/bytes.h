// Unaligned loads of either byte order. No bounds are checked here: callers have.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pgpacs::dicom {

using Bytes = std::span<const std::byte>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::uint16_t swap_bytes(std::uint16_t v) {
  return __builtin_bswap16(v);
}
inline std::uint32_t swap_bytes(std::uint32_t v) {
  return __builtin_bswap32(v);
}
inline std::uint64_t swap_bytes(std::uint64_t v) {
  return __builtin_bswap64(v);
}

static_assert(std::endian::native == std::endian::little, "loads assume a little-endian machine");

template <typename T>
T load(const std::byte* from, bool big_endian) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return big_endian ? swap_bytes(value) : value;
}

}  // namespace pgpacs::dicom
