#include "extension/dicom/dictionary.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "extension/dicom/uid.h"

namespace pgpacs::dicom {
namespace {

struct Fact {
  std::uint32_t tag;
  std::string_view keyword;
  VR vr;
  std::string_view multiplicity;
  bool is_retired;
};

TEST(dictionary, agrees_with_PS3_6) {
  const Fact facts[] = {
      {0x00020010, "TransferSyntaxUID", VR::UI, "1", false},
      {0x00080001, "LengthToEnd", VR::UL, "1", true},
      {0x00080005, "SpecificCharacterSet", VR::CS, "1-n", false},
      {0x00080018, "SOPInstanceUID", VR::UI, "1", false},
      {0x00080119, "LongCodeValue", VR::UC, "1", false},
      {0x00081140, "ReferencedImageSequence", VR::SQ, "1", false},
      {0x00100010, "PatientName", VR::PN, "1", false},
      {0x00181153, "ExposureInuAs", VR::IS, "1", false},
      {0x00200037, "ImageOrientationPatient", VR::DS, "6", false},
      {0x00280009, "FrameIncrementPointer", VR::AT, "1-n", false},
      {0x00700022, "GraphicData", VR::FL, "2-n", false},
      {0x00720083, "SelectorUVValue", VR::UV, "1-n", false},
      {0x7FE00001, "ExtendedOffsetTable", VR::OV, "1", false},
      {0x7FE00009, "DoubleFloatPixelData", VR::OD, "1", false},
      {0xFFFCFFFC, "DataSetTrailingPadding", VR::OB, "1", false},
  };
  for (const Fact& fact : facts) {
    const auto found = find_attribute(Tag{fact.tag});
    ASSERT_TRUE(found) << fact.keyword;
    EXPECT_EQ(found->tag, Tag{fact.tag});
    EXPECT_EQ(found->keyword, fact.keyword);
    EXPECT_EQ(name(found->vr).view(), name(fact.vr).view()) << fact.keyword;
    EXPECT_EQ(found->multiplicity, fact.multiplicity) << fact.keyword;
    EXPECT_EQ(found->is_retired, fact.is_retired) << fact.keyword;
    EXPECT_EQ(find_keyword(fact.keyword), Tag{fact.tag});
  }
  EXPECT_EQ(find_attribute(Tag{0x00181153})->name, "Exposure in µAs");
  EXPECT_EQ(find_attribute(Tag{0x00100020})->name, "Patient ID");
}

TEST(dictionary, knows_no_tag_that_is_not_in_PS3_6) {
  for (const std::uint32_t tag : {0x00080003u, 0x00091001u, 0x00090010u, 0x00100000u, 0x60010010u,
                                  0x50013000u, 0x60000013u, 0x7FE00012u, 0xFFFFFFFFu, 0u})
    EXPECT_FALSE(find_attribute(Tag{tag})) << std::hex << tag;
}

TEST(dictionary, finds_every_entry_by_tag_and_by_keyword) {
  std::set<std::string_view> keywords;
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < dictionary_size(); ++i) {
    const DictionaryEntry entry = dictionary_entry(i);
    EXPECT_GE(entry.tag.value, previous);
    previous = entry.tag.value;
    EXPECT_FALSE(entry.tag.is_private());
    EXPECT_TRUE(is_known(entry.vr)) << to_string(entry.tag);
    const DictionaryEntry found = *find_attribute(entry.tag);
    // (0028,04x0) begins at a tag that has a name of its own, which comes first.
    EXPECT_TRUE(found.keyword == entry.keyword || found.mask > entry.mask) << entry.keyword;
    if (entry.keyword.empty()) continue;
    EXPECT_TRUE(keywords.insert(entry.keyword).second) << entry.keyword;
    EXPECT_EQ(find_keyword(entry.keyword), entry.tag);
  }
  EXPECT_GT(dictionary_size(), 5000u);
}

TEST(dictionary, knows_repeating_groups) {  // PS3.5 7.6, PS3.6 chapter 6
  const std::pair<std::uint32_t, std::string_view> facts[] = {
      {0x60000010, "OverlayRows"}, {0x60020010, "OverlayRows"},    {0x601E3000, "OverlayData"},
      {0x501E3000, "CurveData"},   {0x002031AB, "SourceImageIDs"}, {0x7F020010, "VariablePixelData"},
      {0x7FE00010, "PixelData"},   {0x10001230, "EscapeTriplet"}};
  for (const auto& [tag, keyword] : facts) {
    ASSERT_TRUE(find_attribute(Tag{tag})) << keyword;
    EXPECT_EQ(find_attribute(Tag{tag})->keyword, keyword);
  }
  EXPECT_EQ(find_keyword("OverlayRows"), Tag{0x60000010});
}

TEST(dictionary, finds_keywords_as_they_are_spelt) {
  for (const char* keyword :
       {"", "patientname", "PatientNam", "PatientNames", "Patient Name", "A", "ZZZ", "00100010"})
    EXPECT_FALSE(find_keyword(keyword)) << keyword;
}

TEST(dictionary, gives_the_VR_of_implicit_VR) {  // PS3.5 A.1 and 7.8.1
  struct {
    std::uint32_t tag;
    VR vr;
    VRChoice choice;
  } const facts[] = {
      {0x00100010, VR::PN, VRChoice::fixed},          {0x00080000, VR::UL, VRChoice::fixed},
      {0x00090000, VR::UL, VRChoice::fixed},          {0x00090010, VR::LO, VRChoice::fixed},
      {0x000900FF, VR::LO, VRChoice::fixed},          {0x00091001, VR::UN, VRChoice::fixed},
      {0x00090001, VR::UN, VRChoice::fixed},          {0x00080003, VR::UN, VRChoice::fixed},
      {0x7FE00010, VR::OB, VRChoice::ob_or_ow},       {0x60023000, VR::OB, VRChoice::ob_or_ow},
      {0x00280106, VR::US, VRChoice::us_or_ss},       {0x00283006, VR::US, VRChoice::us_or_ow},
      {0x00281200, VR::US, VRChoice::us_or_ss_or_ow},
  };
  for (const auto& fact : facts) {
    const ImplicitVR found = implicit_vr(Tag{fact.tag});
    EXPECT_EQ(name(found.vr).view(), name(fact.vr).view()) << std::hex << fact.tag;
    EXPECT_EQ(found.choice, fact.choice) << std::hex << fact.tag;
  }
}

TEST(dictionary, knows_the_UIDs_of_PS3_6) {
  struct {
    std::string_view uid, name;
    UIDType type;
    bool is_retired;
  } const facts[] = {
      {"1.2.840.10008.1.1", "Verification SOP Class", UIDType::sop_class, false},
      {"1.2.840.10008.1.2.2", "Explicit VR Big Endian", UIDType::transfer_syntax, true},
      {"1.2.840.10008.5.1.4.1.1.2", "CT Image Storage", UIDType::sop_class, false},
      {"1.2.840.10008.1.4.1.1", "Talairach Brain Atlas Frame of Reference", UIDType::frame_of_reference,
       false},
      {"1.2.840.10008.3.1.1.1", "DICOM Application Context Name", UIDType::application_context, false},
      {"1.2.840.10008.1.20.1.1", "Storage Commitment Push Model SOP Instance", UIDType::sop_instance, false},
  };
  for (const auto& fact : facts) {
    const auto found = find_uid(fact.uid);
    ASSERT_TRUE(found) << fact.uid;
    EXPECT_EQ(found->uid, fact.uid);
    EXPECT_EQ(found->name, fact.name);
    EXPECT_EQ(found->type, fact.type) << fact.uid;
    EXPECT_EQ(found->is_retired, fact.is_retired) << fact.uid;
  }
  for (const char* uid : {"", "1.2.840.10008", "1.2.840.10008.1.1.", "1.2.840.10008.1.1 ", "9"})
    EXPECT_FALSE(find_uid(uid)) << uid;
}

TEST(dictionary, finds_every_UID) {
  std::string_view previous;
  for (std::size_t i = 0; i < uid_count(); ++i) {
    const UIDEntry entry = uid_entry(i);
    EXPECT_GT(entry.uid, previous);
    previous = entry.uid;
    EXPECT_TRUE(is_valid_uid(entry.uid)) << entry.uid;
    EXPECT_EQ(find_uid(entry.uid)->name, entry.name);
  }
  EXPECT_GT(uid_count(), 400u);
}

}  // namespace
}  // namespace pgpacs::dicom
