#include "extension/dicom/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};
constexpr TransferSyntax implicit_syntax{.is_explicit = false};
constexpr TransferSyntax big_syntax{.is_big_endian = true};

// `depth` sequences, each in the item of the one before.
std::string nested(int depth, Encoding encoding) {
  DataSet inner;
  for (int i = 0; i < depth; ++i) inner = {sequence(0x0040A730, {inner})};
  return encode(inner, encoding);
}

std::string read_limited(std::string_view bytes, const Limits& limits) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, explicit_syntax, limits, defects);
  return events(reader);
}

// What one pass comes to: each event with its tag, and the fault that ended it. The bytes are copied to
// memory of their own, so that a sanitizer sees a read beyond them.
struct Pass {
  std::vector<std::pair<Event, Tag>> events;
  std::string fault;
};

Pass read_exactly(std::string_view bytes, TransferSyntax syntax) {
  const auto copy = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  Pass pass;
  pass.fault = fault_in([&] {
    Defects defects;
    Reader reader({Bytes(copy.get(), bytes.size())}, syntax, Limits{}, defects);
    for (Event event = reader.next(); event != Event::end; event = reader.next()) {
      pass.events.emplace_back(event, reader.element().tag);
      std::string(as_text(reader.element().value));  // touches every byte
    }
  });
  return pass;
}

bool is_end(const std::pair<Event, Tag>& event) {
  return event.first == Event::item_end || event.first == Event::sequence_end;
}

TEST(reader, of_an_object_cut_anywhere_ends_in_a_fault_or_in_good_order) {
  for (const Encoding encoding : every_encoding) {
    for (const DataSet& data_set : {sample(), compressed_sample()}) {
      const std::string bytes = encode(data_set, encoding);
      const Pass whole = read_exactly(bytes, syntax_of(encoding));
      ASSERT_EQ(whole.fault, "");
      std::size_t clean = 0;
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        Pass part = read_exactly(std::string_view(bytes).substr(0, size), syntax_of(encoding));
        ASSERT_TRUE(part.fault.empty() || part.fault == "truncated") << size;
        clean += part.fault.empty() ? 1 : 0;
        // Open items and sequences are closed at the end; what stands before them is as in the whole.
        while (!part.events.empty() && is_end(part.events.back())) part.events.pop_back();
        ASSERT_LE(part.events.size(), whole.events.size()) << size;
        ASSERT_TRUE(std::equal(part.events.begin(), part.events.end(), whole.events.begin())) << size;
      }
      // In good order behind a top-level element; where there are no lengths, inside sequences as well.
      EXPECT_GE(clean, data_set.size());
      EXPECT_TRUE(clean == data_set.size() || !encoding.has_lengths) << clean;
    }
  }
}

TEST(reader, never_reads_beyond_its_bytes_whatever_one_of_them_is) {
  for (const Encoding encoding :
       {explicit_little, without_lengths(explicit_little), without_lengths(implicit_little)}) {
    std::string bytes = encode(compressed_sample(), encoding);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const char wrong : {'\xFF', static_cast<char>(bytes[at] ^ 1)}) {
        const char right = std::exchange(bytes[at], wrong);
        const Pass pass = read_exactly(bytes, syntax_of(encoding));
        EXPECT_LE(pass.events.size(), bytes.size());
        bytes[at] = right;
      }
    }
  }
}

TEST(reader, nests_as_deep_as_the_limit) {
  for (const Encoding encoding : every_encoding) {
    EXPECT_EQ(events(nested(64, encoding), syntax_of(encoding)).find("too_deep"), std::string::npos);
    EXPECT_NE(events(nested(65, encoding), syntax_of(encoding)).find("too_deep"), std::string::npos);
  }
  EXPECT_EQ(read_limited(nested(2, explicit_little), {.depth = 2}), "0040A730 SQ[ { 0040A730 SQ[ { } ] } ]");
  EXPECT_EQ(read_limited(nested(3, explicit_little), {.depth = 2}), "0040A730 SQ[ { 0040A730 SQ[ { too_deep");
  EXPECT_EQ(read_limited(nested(1, explicit_little), {.depth = 0}), "too_deep");
}

TEST(reader, counts_elements_and_items_up_to_the_limit) {
  const std::string bytes =
      encode({sequence(0x00081140, {{text(0x00080100, "SH", "")}, {}}), text(0x00100020, "LO", "")});
  EXPECT_EQ(read_limited(bytes, {.elements = 5}).find("too_large"), std::string::npos);
  EXPECT_EQ(read_limited(bytes, {.elements = 4}), "00081140 SQ[ { 00080100 SH '' } { } ] too_large");
  EXPECT_EQ(read_limited(bytes, {.elements = 3}), "00081140 SQ[ { 00080100 SH '' } too_large");
}

TEST(reader, counts_elements_outside_sequences_by_themselves) {
  const std::string bytes =
      encode({sequence(0x00081140, {{text(0x00080100, "SH", "")}, {}}), text(0x00100020, "LO", "")});
  EXPECT_EQ(read_limited(bytes, {.root_elements = 2}).find("too_large"), std::string::npos);
  EXPECT_EQ(read_limited(bytes, {.root_elements = 1}), "00081140 SQ[ { 00080100 SH '' } { } ] too_large");
}

}  // namespace
}  // namespace pgpacs::dicom
