#include "extension/dicom/fragments.h"

#include <algorithm>
#include <limits>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

constexpr std::int64_t codestream_mark = 1;
constexpr std::int64_t table_mark = 2;

// JPEG and JPEG-LS (SOI), JPEG 2000 (SOC, SIZ), JPEG XL, the last two also in their boxes.
bool begins_image(std::string_view beginning) {
  using namespace std::string_view_literals;
  for (const std::string_view signature :
       {"\xFF\xD8\xFF"sv, "\xFF\x4F\xFF\x51"sv, "\xFF\x0A"sv, "\0\0\0\x0CjP  "sv, "\0\0\0\x0CJXL "sv})
    if (beginning.starts_with(signature)) return true;
  return false;
}

// RLE (PS3.5 G.5): a header of 64 bytes, which says how many segments there are, at most 15, and where the
// first begins.
bool begins_rle(Bytes beginning) {
  const auto segments = load<std::uint32_t>(beginning.data(), false);
  return segments >= 1 && segments <= 15 && load<std::uint32_t>(beginning.data() + 4, false) == 64;
}

}  // namespace

void Fragments::clear() {
  *this = Fragments(limit_);
}

void Fragments::begin_item(std::uint32_t length) {
  if (!has_table_item_) {
    has_table_item_ = true;
    table_length_ = length;
    return;
  }
  const bool is_in_table = next_entry_ < entries() && entry(next_entry_) == end_;
  if (is_in_table) ++next_entry_;
  push(length, false, is_in_table);
}

void Fragments::push(std::uint32_t length, bool begins_codestream, bool is_in_table) {
  is_too_many_ = is_too_many_ || list_.size() == limit_;
  if (is_too_many_) return;
  list_.push_back({end_, length, begins_codestream, is_in_table});
  end_ += item_header_size + length;
  beginning_size_ = 0;
}

void Fragments::add(Bytes value) {
  if (list_.empty()) {
    if (table_length_ <= 4 * std::uint64_t{limit_}) table_.insert(table_.end(), value.begin(), value.end());
    return;
  }
  const std::size_t wanted = std::min(beginning_.size() - beginning_size_, value.size());
  if (wanted == 0 || is_too_many_) return;
  std::copy_n(value.begin(), wanted, beginning_.begin() + static_cast<std::ptrdiff_t>(beginning_size_));
  beginning_size_ += wanted;
  if (beginning_size_ == beginning_.size())
    list_.back().begins_codestream = begins_image(as_text(beginning_)) || begins_rle(beginning_);
}

OffsetTable Fragments::offset_table() const {
  if (known_ != OffsetTable::empty || table_length_ == 0) return known_;
  const bool is_whole = table_.size() == table_length_ && table_length_ % 4 == 0;
  return is_whole && entry(0) == 0 && next_entry_ == entries() ? OffsetTable::right : OffsetTable::wrong;
}

std::vector<std::int64_t> Fragments::numbers() const {
  std::vector<std::int64_t> numbers;
  if (!has_table_item_ || is_too_many_) return numbers;
  numbers.reserve(2 * (list_.size() + 1));
  numbers.push_back(table_length_);
  numbers.push_back(static_cast<std::int64_t>(offset_table()));
  for (const Fragment& fragment : list_) {
    numbers.push_back(fragment.length);
    numbers.push_back((fragment.begins_codestream ? codestream_mark : 0) |
                      (fragment.is_in_table ? table_mark : 0));
  }
  return numbers;
}

Fragments Fragments::from_numbers(std::span<const std::int64_t> numbers, std::uint32_t limit) {
  Fragments fragments(limit);
  const auto refuse = [] {
    throw Fault{FaultCode::bad_argument, "fragments are pairs of numbers: length and mark"};
  };
  if (numbers.size() % 2 != 0 || numbers.size() / 2 > std::size_t{limit} + 1) refuse();
  for (; !numbers.empty(); numbers = numbers.subspan(2)) {
    const std::int64_t length = numbers[0];
    const std::int64_t mark = numbers[1];
    const bool is_table = !fragments.has_table_item_;
    if (length < 0 || length > std::numeric_limits<std::uint32_t>::max() || mark < 0 ||
        mark > (is_table ? 2 : 3))
      refuse();
    if (is_table) {
      fragments.begin_item(static_cast<std::uint32_t>(length));
      fragments.known_ = static_cast<OffsetTable>(mark);
    } else {
      fragments.push(static_cast<std::uint32_t>(length), (mark & codestream_mark) != 0,
                     (mark & table_mark) != 0);
    }
  }
  return fragments;
}

}  // namespace pgpacs::dicom
