// What the fragments of an encapsulated Pixel Data tell of its frames (PS3.5 A.4), gathered as they stream
// past: their lengths, which of them begin a codestream, and where the basic offset table points. No pixels
// are kept; memory is bounded by Limits::frames.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dicom {

inline constexpr std::uint64_t item_header_size = 8;

struct Fragment {
  std::uint64_t at;                // of its item's tag, from the tag of the first fragment's item
  std::uint32_t length;            // of its value
  bool begins_codestream = false;  // its first bytes are those of a compressed image
  bool is_in_table = false;        // the basic offset table says that a frame begins here
};

// The basic offset table, against the fragments that have passed (PS3.5 A.4): right where its entries ascend
// from 0 and each is the place of a fragment.
enum class OffsetTable : std::uint8_t { empty, right, wrong };

class Fragments {
 public:
  explicit Fragments(std::uint32_t limit = Limits{}.frames) : limit_(limit) {}

  // The next item of the Pixel Data and, in pieces of any size, its value. The first is the table.
  void begin_item(std::uint32_t length);
  void add(Bytes value);
  void clear();

  const std::vector<Fragment>& list() const { return list_; }
  bool has_table_item() const { return has_table_item_; }
  // More fragments passed than the limit: the list is not all of them.
  bool is_too_many() const { return is_too_many_; }
  OffsetTable offset_table() const;
  std::uint64_t offset_table_length() const { return table_length_; }

  // The same as plain numbers, pairs of length and mark: the table's item first, whose mark is an
  // OffsetTable; then each fragment, whose mark is 1 where it begins a codestream, 2 where the table points
  // to it, or both. Empty where there is no table's item, or too many fragments.
  std::vector<std::int64_t> numbers() const;
  // And back. Throws bad_argument.
  static Fragments from_numbers(std::span<const std::int64_t> numbers, std::uint32_t limit = Limits{}.frames);

 private:
  std::size_t entries() const { return table_.size() / 4; }
  std::uint32_t entry(std::size_t i) const { return load<std::uint32_t>(table_.data() + 4 * i, false); }
  void push(std::uint32_t length, bool begins_codestream, bool is_in_table);

  std::uint32_t limit_;
  bool has_table_item_ = false;
  bool is_too_many_ = false;
  std::uint32_t table_length_ = 0;  // as declared
  std::vector<std::byte> table_;
  std::size_t next_entry_ = 0;
  OffsetTable known_ = OffsetTable::empty;  // where the table itself did not come along
  std::uint64_t end_ = 0;                   // of the last fragment
  std::vector<Fragment> list_;
  std::array<std::byte, 8> beginning_{};  // of the last fragment
  std::size_t beginning_size_ = 0;
};

}  // namespace pgpacs::dicom
