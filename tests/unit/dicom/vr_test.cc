#include "extension/dicom/vr.h"

#include <gtest/gtest.h>

#include <string_view>

namespace pgpacs::dicom {
namespace {

VR vr(std::string_view letters) {
  return static_cast<VR>(vr_code(letters[0], letters[1]));
}

constexpr std::string_view all[] = {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT",
                                    "OB", "OD", "OF", "OL", "OV", "OW", "PN", "SH", "SL", "SQ", "SS", "ST",
                                    "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV"};

bool is_among(std::string_view letters, std::string_view list) {
  return list.find(letters) != list.npos;
}

TEST(vr, knows_all_34_of_the_standard_by_their_letters) {
  for (const auto letters : all) {
    EXPECT_TRUE(is_known(vr(letters))) << letters;
    EXPECT_EQ(name(vr(letters)).view(), letters);
  }
}

TEST(vr, knows_no_other_pair_of_bytes) {
  int known = 0;
  for (int code = 0; code <= 0xFFFF; ++code) known += is_known(static_cast<VR>(code)) ? 1 : 0;
  EXPECT_EQ(known, 34);
  for (const auto letters : {"ae", "UM", "??", "OX", "  ", "\xC3\xA4"}) EXPECT_FALSE(is_known(vr(letters)));
  EXPECT_FALSE(is_known(VR::none));
}

TEST(vr, has_the_long_form_of_length_where_the_standard_says_so) {  // PS3.5 table 7.1-1
  for (const auto letters : all)
    EXPECT_EQ(traits(vr(letters)).has_long_length,
              is_among(letters, "OB OD OF OL OV OW SQ SV UC UN UR UT UV"))
        << letters;
}

TEST(vr, is_in_the_declared_character_set_where_the_standard_says_so) {  // PS3.5 6.1.2.2
  for (const auto letters : all)
    EXPECT_EQ(traits(vr(letters)).uses_character_set, is_among(letters, "SH LO ST LT PN UC UT")) << letters;
}

TEST(vr, has_the_width_of_one_value) {
  const std::pair<std::string_view, std::size_t> widths[] = {
      {"US SS OW", 2}, {"UL SL FL AT OF OL", 4}, {"FD SV UV OD OV", 8}, {"OB UN LO UT CS DS UI SQ", 1}};
  for (const auto& [list, width] : widths)
    for (std::size_t i = 0; i < list.size(); i += 3) EXPECT_EQ(traits(vr(list.substr(i, 2))).width, width);
}

TEST(vr, of_one_value_keeps_backslashes) {  // PS3.5 6.2
  for (const auto letters : {"LT", "ST", "UT", "UR"})
    EXPECT_EQ(traits(vr(letters)).kind, VRKind::text) << letters;
  for (const auto letters : {"LO", "SH", "UC", "PN"})
    EXPECT_EQ(traits(vr(letters)).kind, VRKind::strings) << letters;
}

}  // namespace
}  // namespace pgpacs::dicom
