#include "extension/dicom/tag.h"

#include <gtest/gtest.h>

namespace pgpacs::dicom {
namespace {

TEST(tag, is_group_and_element) {
  EXPECT_EQ(Tag(0x0008, 0x0020), Tag{0x00080020});
  EXPECT_EQ(Tag{0xFFFEE0DD}.group(), 0xFFFE);
  EXPECT_EQ(Tag{0xFFFEE0DD}.element(), 0xE0DD);
}

TEST(tag, ascends_by_group_then_element) {
  EXPECT_LT(Tag(0x0008, 0xFFFF), Tag(0x0010, 0x0000));
  EXPECT_LT(Tag(0x0010, 0x0010), Tag(0x0010, 0x0020));
  EXPECT_LT(Tag(0x7FE0, 0x0010), Tag(0xFFFC, 0xFFFC));
}

TEST(tag, is_private_in_odd_groups) {
  EXPECT_TRUE(Tag(0x0009, 0x0001).is_private());
  EXPECT_FALSE(Tag(0x0008, 0x0009).is_private());
}

TEST(tag, of_a_private_creator_is_0010_to_00FF_of_an_odd_group) {
  for (const std::uint32_t value : {0x00090010u, 0x000900FFu, 0x70530010u})
    EXPECT_TRUE(Tag{value}.is_private_creator()) << value;
  for (const std::uint32_t value : {0x0009000Fu, 0x00090100u, 0x00091010u, 0x00100010u, 0x00090000u})
    EXPECT_FALSE(Tag{value}.is_private_creator()) << value;
}

TEST(tag, is_printed_in_parentheses) {
  EXPECT_EQ(to_string(Tag{0x7FE0ABCD}), "(7FE0,ABCD)");
}

TEST(tag, is_read_in_three_spellings) {
  for (const char* text : {"7fe00010", "7FE0,0010", "(7FE0,0010)", "(7fe0,0010)"})
    EXPECT_EQ(parse_tag(text), Tag{0x7FE00010}) << text;
  EXPECT_EQ(parse_tag("00000000"), Tag{});
}

TEST(tag, is_not_read_from_anything_else) {
  for (const char* text :
       {"", "7FE0001", "7FE000100", "7FE00O10", "7FE0 0010", "7FE0,001", "(7FE00010)", "(7FE0,0010",
        "7FE0,0010)", "0x7FE00010", "+7FE0010", "7FE0.0010", "PatientID", ",7FE00010"})
    EXPECT_FALSE(parse_tag(text)) << text;
}

TEST(tag, of_contents_is_no_part_of_a_header) {
  for (const Tag tag : {tags::pixel_data, tags::float_pixel_data, tags::double_float_pixel_data})
    EXPECT_TRUE(is_content(tag, true) && !is_content(tag, false)) << to_string(tag);  // an icon may stay
  for (const Tag tag : {tags::encapsulated_document, tags::waveform_data})
    EXPECT_TRUE(is_content(tag, true) && is_content(tag, false)) << to_string(tag);
  EXPECT_FALSE(is_content(Tag(0x6000, 0x3000), true));
}

}  // namespace
}  // namespace pgpacs::dicom
