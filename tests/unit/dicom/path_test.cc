#include "extension/dicom/path.h"

#include <gtest/gtest.h>

#include <string>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

// The steps of a path, in one notation.
std::string steps(std::string_view text) {
  std::string out;
  const Path path = parse_path(text);
  for (std::size_t i = 0; i < path.size; ++i) {
    const PathStep& step = path.steps[i];
    if (i > 0) out += ' ';
    if (step.creator_size > 0) out += "<" + std::string(step.private_creator()) + ">";
    out += std::string(step.key()) + "[" + std::to_string(step.item) + "]";
  }
  return out;
}

bool is_refused(std::string_view text) {
  try {
    parse_path(text);
  } catch (const Fault& fault) {
    return fault.code == FaultCode::unknown_attribute;
  }
  return false;
}

TEST(path, names_an_attribute_by_keyword_or_tag) {
  EXPECT_EQ(steps("PatientName"), "00100010[0]");
  EXPECT_EQ(steps("00100010"), "00100010[0]");
  EXPECT_EQ(steps("0010,0010"), "00100010[0]");
  EXPECT_EQ(steps("(7fe0,0010)"), "7FE00010[0]");
}

TEST(path, goes_through_items_of_sequences) {
  EXPECT_EQ(steps("RequestAttributesSequence[2].ScheduledProcedureStepID"), "00400275[2] 00400009[0]");
  EXPECT_EQ(steps("RequestAttributesSequence.00400009"), "00400275[0] 00400009[0]");
}

TEST(path, names_a_private_attribute_by_its_creator) {  // PS3.5 7.8.1
  EXPECT_EQ(steps("SIEMENS CSA HEADER/0029xx10"), "<SIEMENS CSA HEADER>0029XX10[0]");
  EXPECT_EQ(steps("'SIEMENS CSA HEADER'/0029XX10"), "<SIEMENS CSA HEADER>0029XX10[0]");
  EXPECT_EQ(steps("\"1.2.840/x\"/0009xxe0[1].PatientID"), "<1.2.840/x>0009XXE0[1] 00100020[0]");
  EXPECT_EQ(steps("1.2.840.113681/0019xx10"), "<1.2.840.113681>0019XX10[0]");
  EXPECT_EQ(steps("ReferencedImageSequence[1].GEMS_ACQU_01/0019xx02"),
            "00081140[1] <GEMS_ACQU_01>0019XX02[0]");
}

TEST(path, that_names_nothing_is_refused) {
  for (const std::string_view text : {"",
                                      ".",
                                      "PatientNam",
                                      "0010001",
                                      "001000100",
                                      "PatientName.",
                                      ".PatientName",
                                      "PatientName[",
                                      "PatientName[]",
                                      "PatientName[-1]",
                                      "PatientName[4294967296]",
                                      "PatientName[0",
                                      "PatientName[0]x",
                                      "A/0010xx10",
                                      "/0029xx10",
                                      "'A/0029xx10",
                                      "''/0029xx10",
                                      "A/0029xx1",
                                      "PatientName/0029xx",
                                      "A.A.A"})
    EXPECT_TRUE(is_refused(text)) << text;
  EXPECT_TRUE(is_refused(std::string(65, 'c') + "/0029xx10"));
  std::string deep = "PatientName";
  for (int i = 0; i < 8; ++i) deep += ".PatientName";
  EXPECT_TRUE(is_refused(deep));
}

std::string pattern(std::string_view text) {
  std::string out;
  const Path path = parse_pattern(text);
  for (std::size_t i = 0; i < path.size; ++i) {
    out.append(out.empty() ? "" : " ").append(path.steps[i].key());
    out += path.steps[i].item == any_item ? "[*]" : "[" + std::to_string(path.steps[i].item) + "]";
  }
  return out;
}

TEST(path, of_edits_may_name_many_attributes_and_all_items) {
  EXPECT_EQ(pattern("60xx3000"), "60XX3000[0]");
  EXPECT_EQ(pattern("(50xx,XXXX)"), "50XXXXXX[0]");
  EXPECT_EQ(pattern("0029,xx10"), "0029XX10[0]");
  EXPECT_EQ(pattern("ReferencedImageSequence[*].00081155"), "00081140[*] 00081155[0]");
  EXPECT_EQ(pattern("ReferencedImageSequence.00081155"), "00081140[0] 00081155[0]");
  EXPECT_EQ(pattern("PatientName"), "00100010[0]");
  for (const std::string_view text : {"60xx3000", "ReferencedImageSequence[*].00081155"})
    EXPECT_TRUE(is_refused(text)) << text;
}

TEST(path, of_edits_never_names_one_item) {
  const auto is_refused = [](std::string_view text) {
    try {
      parse_pattern(text);
    } catch (const Fault& fault) {
      return fault.code == FaultCode::unknown_attribute;
    }
    return false;
  };
  for (const std::string_view text :
       {"ReferencedImageSequence[1]", "ReferencedImageSequence[*]", "xxxx", "60xx300", "60yy3000",
        "ReferencedImageSequence[**].00081155", "ReferencedImageSequence[4294967295].00081155"})
    EXPECT_TRUE(is_refused(text)) << text;
}

TEST(path, has_one_spelling) {
  const auto spelled = [](std::string_view text) { return spell_path(parse_path(text)); };
  EXPECT_EQ(spelled("00100010"), "PatientName");
  EXPECT_EQ(spelled("(0010,0010)"), "PatientName");
  EXPECT_EQ(spelled("PatientName[3]"), "PatientName");
  EXPECT_EQ(spelled("00400275.ScheduledProcedureStepID"),
            "RequestAttributesSequence[0].ScheduledProcedureStepID");
  EXPECT_EQ(spelled("RequestAttributesSequence[2].00400009"),
            "RequestAttributesSequence[2].ScheduledProcedureStepID");
  EXPECT_EQ(spelled("00291010"), "00291010");
  EXPECT_EQ(spelled("60003000"), "OverlayData");
  EXPECT_EQ(spelled("60023000"), "60023000");
  EXPECT_EQ(spelled("\"SIEMENS CSA HEADER\"/0029xx10"), "SIEMENS CSA HEADER/0029XX10");
  EXPECT_EQ(spelled("\"'odd' MAKER\"/0029xx10"), "\"'odd' MAKER\"/0029XX10");
}

}  // namespace
}  // namespace pgpacs::dicom
