#include "extension/dicom/private_dictionary.h"

#include <gtest/gtest.h>

#include <string>

namespace pgpacs::dicom {
namespace {

// The VR of a tag whose block is reserved by a creator, "?" where a choice is open.
std::string vr_of(std::uint32_t tag, std::string_view creator) {
  PrivateBlocks blocks;
  blocks.note(Tag{(tag & 0xFFFF0000) | (tag >> 8 & 0xFF)}, as_bytes(creator), 0);
  const ImplicitVR found = blocks.implicit_vr(Tag{tag}, 0);
  return std::string(name(found.vr).view()) + (found.choice == VRChoice::fixed ? "" : "?");
}

TEST(private_dictionary, knows_elements_by_their_creator) {  // PS3.5 7.8.1
  const struct {
    std::uint32_t tag;
    std::string_view creator, vr;
  } facts[] = {
      {0x00291008, "SIEMENS CSA NON-IMAGE", "CS"}, {0x0029AB08, "SIEMENS CSA NON-IMAGE", "CS"},
      {0x7FE11010, "SIEMENS CSA NON-IMAGE", "OB"}, {0x00291008, "SIEMENS CSA NON-IMAGE ", "CS"},
      {0x00291008, "Siemens CSA non-image", "UN"}, {0x00291008, "ACME", "UN"},
      {0x00311008, "SIEMENS CSA NON-IMAGE", "UN"}, {0x00431027, "GEMS_PARM_01", "SH"},
      {0x7FE11010, "SPI-P Release 1", "OB?"},      {0x00091000, "MERGE TECHNOLOGIES, INC.", "OB"},
      {0x70011004, "DLX_ANNOT_01", "ST"},          {0x701F1204, "DLX_ANNOT_01", "ST"},
      {0x00191005, "PHILIPS MR/PART", "DS"},       {0x00191105, "PHILIPS MR/PART", "UN"},
      {0x00191100, "PHILIPS MR/PART", "IS"},
  };
  for (const auto& fact : facts) EXPECT_EQ(vr_of(fact.tag, fact.creator), fact.vr) << std::hex << fact.tag;
}

TEST(private_dictionary, knows_what_the_standard_says_of_private_elements) {
  const PrivateBlocks none;
  const auto vr = [&](std::uint32_t tag) {
    return std::string(name(none.implicit_vr(Tag{tag}, 0).vr).view());
  };
  EXPECT_EQ(vr(0x00290010), "LO");
  EXPECT_EQ(vr(0x00290000), "UL");
  EXPECT_EQ(vr(0x00291010), "UN");
  EXPECT_EQ(vr(0x00290001), "UN");
}

TEST(private_dictionary, believes_the_first_of_two_creators) {
  PrivateBlocks blocks;
  blocks.note(Tag{0x00290010}, as_bytes("SIEMENS CSA NON-IMAGE"), 0);
  blocks.note(Tag{0x00290010}, as_bytes("CAMTRONICS"), 0);
  EXPECT_EQ(blocks.implicit_vr(Tag{0x00291008}, 0).vr, VR::CS);
}

TEST(private_dictionary, forgets_the_blocks_of_an_item) {
  PrivateBlocks blocks;
  blocks.note(Tag{0x00290010}, as_bytes("CAMTRONICS"), 0);
  const std::size_t item = blocks.mark();
  EXPECT_EQ(blocks.implicit_vr(Tag{0x00291020}, item).vr, VR::UN);
  blocks.note(Tag{0x00290010}, as_bytes("SIEMENS CSA NON-IMAGE"), item);
  EXPECT_EQ(blocks.implicit_vr(Tag{0x00291008}, item).vr, VR::CS);
  blocks.forget(item);
  EXPECT_EQ(blocks.implicit_vr(Tag{0x00291020}, 0).vr, VR::DS);
}

TEST(private_dictionary, keeps_as_many_blocks_as_a_group_has) {
  PrivateBlocks blocks;
  for (int i = 0; i < 10'000; ++i) blocks.note(Tag{0x00290010}, as_bytes("CAMTRONICS"), 0);
  EXPECT_EQ(blocks.mark(), 240u);
}

TEST(private_dictionary, is_in_order_and_says_something) {
  for (std::size_t i = 0; i < private_dictionary_size(); ++i) {
    const PrivateEntry entry = private_dictionary_entry(i);
    EXPECT_TRUE(is_known(entry.vr) && !entry.creator.empty() && !entry.multiplicity.empty()) << i;
    EXPECT_TRUE(entry.vr != VR::UN || !entry.name.empty()) << entry.creator;
    EXPECT_TRUE((entry.tag.group() & 1) == 1 || (entry.mask & 0x00FF0000) == 0) << entry.creator;
    EXPECT_TRUE(i == 0 || private_dictionary_entry(i - 1).creator <= entry.creator) << entry.creator;
  }
  EXPECT_GT(private_dictionary_size(), 2700u);
}

}  // namespace
}  // namespace pgpacs::dicom
