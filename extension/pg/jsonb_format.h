// The bytes of PostgreSQL 15's jsonb and numeric, as utils/jsonb.h and numeric.c lay them out. Written here
// without PostgreSQL's headers, so that the sink stays ordinary C++; jsonb_format_check.cc compares each
// constant with the server's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace pgpacs::pg {

namespace jsonb {
inline constexpr std::uint32_t is_string = 0x00000000;
inline constexpr std::uint32_t is_numeric = 0x10000000;
inline constexpr std::uint32_t is_null = 0x40000000;
inline constexpr std::uint32_t is_container = 0x50000000;
inline constexpr std::uint32_t type_mask = 0x70000000;
inline constexpr std::uint32_t has_offset = 0x80000000;
inline constexpr std::uint32_t largest = 0x0FFFFFFF;  // of a length or an offset
inline constexpr std::uint32_t object = 0x20000000;
inline constexpr std::uint32_t array = 0x40000000;
inline constexpr std::size_t offset_stride = 32;  // each 32nd entry holds its end, the others their length
}  // namespace jsonb

// Bytes of containers under construction. Grows by doubling and is kept between calls.
class JsonbBuffer {
 public:
  std::size_t size() const { return size_; }
  const std::byte* data() const { return bytes_.get(); }
  void clear() { size_ = 0; }
  void resize(std::size_t size) {
    if (size > size_) std::memset(grow(size - size_), 0, size - size_);
    size_ = size;
  }
  void put(const void* from, std::size_t size) {
    std::byte* to = grow(size);
    if (size > 0) std::memcpy(to, from, size);
    size_ += size;
  }
  void put(std::string_view text) { put(text.data(), text.size()); }
  void put(std::uint32_t value) { put(&value, sizeof value); }
  void set(std::size_t at, std::uint32_t value) { std::memcpy(bytes_.get() + at, &value, sizeof value); }
  void set(std::size_t at, std::string_view text) {
    std::memcpy(bytes_.get() + at, text.data(), text.size());
  }
  // Containers and numerics begin at multiples of four.
  void align() { resize((size_ + 3) & ~std::size_t{3}); }
  void insert_space(std::size_t at, std::size_t size) {
    grow(size);
    std::memmove(bytes_.get() + at + size, bytes_.get() + at, size_ - at);
    size_ += size;
  }
  // Lets go of memory that one large header needed.
  void shrink(std::size_t to) {
    if (capacity_ <= to) return;
    bytes_.reset();
    size_ = capacity_ = 0;
  }

 private:
  // Room for `more` bytes behind what is there.
  std::byte* grow(std::size_t more) {
    if (size_ + more > capacity_) enlarge(size_ + more);
    return bytes_.get() + size_;
  }
  void enlarge(std::size_t wanted);

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// A numeric with its varlena header, from JSON's number grammar (dicom::DecimalText). The buffer is aligned.
void put_numeric(std::string_view decimal, JsonbBuffer& out);

}  // namespace pgpacs::pg
