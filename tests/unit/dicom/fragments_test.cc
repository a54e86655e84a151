#include "extension/dicom/fragments.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

using namespace test;
using Numbers = std::vector<std::int64_t>;

// The items of a Pixel Data, the offset table first, given in pieces of `size`.
Fragments gather(const std::vector<std::string>& items, std::size_t size = 4096, std::uint32_t limit = 100) {
  Fragments fragments(limit);
  for (const std::string& item : items) {
    fragments.begin_item(static_cast<std::uint32_t>(item.size()));
    for (std::size_t at = 0; at < item.size(); at += size) fragments.add(as_bytes(item.substr(at, size)));
  }
  return fragments;
}

const std::string jpeg = hex("FFD8 FFE0 0010 4A46 4946");

TEST(fragments, have_a_length_and_a_mark) {
  for (const std::size_t size : {1, 3, 4096})
    EXPECT_EQ(gather({hex("00000000 25000000"), jpeg, "0123456789", jpeg + "ab"}, size).numbers(),
              (Numbers{8, 2, 10, 3, 10, 0, 12, 1}));
  EXPECT_EQ(gather({hex("00000000 24000000"), jpeg, "0123456789", jpeg}).list()[2].at, 36u);
  EXPECT_EQ(gather({hex("00000000 24000000"), jpeg, "0123456789", jpeg}).numbers(),
            (Numbers{8, 1, 10, 3, 10, 0, 10, 3}));
  EXPECT_EQ(gather({"", jpeg}).numbers(), (Numbers{0, 0, 10, 1}));
  EXPECT_EQ(gather({""}).numbers(), (Numbers{0, 0}));
  EXPECT_EQ(gather({}).numbers(), Numbers{});
}

TEST(fragments, begin_a_codestream_by_its_signature) {
  const auto begins = [](std::string_view digits) {
    return gather({"", hex(digits)}).list()[0].begins_codestream;
  };
  for (const char* codestream :
       {"FFD8 FFE0 0010 4A46", "FFD8 FFF7 000B 0800", "FF4F FF51 0029 0000", "FF0A 0000 0000 0000",
        "0000 000C 6A50 2020", "0000 000C 4A58 4C20", "01000000 40000000", "0F000000 40000000"})
    EXPECT_TRUE(begins(codestream)) << codestream;
  for (const char* other : {"FFD9 FFE0 0010 4A46", "FFD8 0000 0000 0000", "FF4F 0000 0000 0000", "FFD8 FF",
                            "10000000 40000000", "00000000 40000000", "01000000 41000000"})
    EXPECT_FALSE(begins(other)) << other;
}

TEST(fragments, show_whether_the_offset_table_is_right) {
  const auto table = [](std::string_view digits) {
    return gather({hex(digits), "0123456789", "ab", "c"}).offset_table();  // at 0, 18 and 28
  };
  EXPECT_EQ(table(""), OffsetTable::empty);
  for (const char* right :
       {"00000000", "00000000 12000000", "00000000 1C000000", "00000000 12000000 1C000000"})
    EXPECT_EQ(table(right), OffsetTable::right) << right;
  for (const char* wrong :
       {"12000000", "00000000 13000000", "00000000 1C000000 12000000", "00000000 00000000",
        "00000000 12000000 1C000000 25000000", "00000000 FFFFFFFF", "0000", "00000000 12"})
    EXPECT_EQ(table(wrong), OffsetTable::wrong) << wrong;
}

TEST(fragments, are_bounded) {
  const std::vector<std::string> items(5, "0123456789");
  EXPECT_FALSE(gather(items, 4096, 4).is_too_many());
  const Fragments many = gather(items, 4096, 3);
  EXPECT_TRUE(many.is_too_many());
  EXPECT_EQ(many.list().size(), 3u);
  EXPECT_EQ(many.numbers(), Numbers{});
  EXPECT_EQ(gather({std::string(17, '\0'), "ab"}, 4096, 4).offset_table(), OffsetTable::wrong);
}

TEST(fragments, are_the_same_after_a_way_as_numbers) {
  for (const std::vector<std::string>& items : {std::vector<std::string>{"", jpeg},
                                                {hex("00000000 24000000"), jpeg, "0123456789", jpeg},
                                                {"x", "", jpeg}}) {
    const Fragments before = gather(items);
    const Fragments after = Fragments::from_numbers(before.numbers());
    EXPECT_EQ(after.numbers(), before.numbers());
    EXPECT_EQ(after.offset_table(), before.offset_table());
    EXPECT_EQ(after.list().back().at, before.list().back().at);
  }
  EXPECT_FALSE(Fragments::from_numbers({}).has_table_item());
}

TEST(fragments, are_refused_where_numbers_are_none) {
  for (const Numbers& numbers :
       {Numbers{0}, {-1, 0}, {0, -1}, {0, 3}, {0, 0, -1, 0}, {0, 0, 1, 4}, {0, 0, 1ll << 32, 0}, {0, 0, 1}})
    EXPECT_EQ(fault_in([&] { Fragments::from_numbers(numbers); }), "bad_argument");
  EXPECT_EQ(fault_in([] { Fragments::from_numbers(Numbers(8, 0), 2); }), "bad_argument");
}

}  // namespace
}  // namespace pgpacs::dicom
