#include "extension/dicom/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pgpacs::dicom {
namespace {

TEST(fault, has_a_name_and_a_SQLSTATE_of_its_own) {
  std::set<std::string_view> names, states;
  for (const FaultInfo& fault : fault_table) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_TRUE(states.insert(fault.sqlstate).second) << fault.sqlstate;
  }
}

TEST(fault, is_of_SQLSTATE_class_PC) {
  for (const FaultInfo& fault : fault_table) {
    const std::string_view state = fault.sqlstate;
    ASSERT_EQ(state.size(), 5u) << state;
    EXPECT_TRUE(state.starts_with("PC")) << state;
    EXPECT_EQ(state.find_first_not_of("0123456789", 2), state.npos) << state;
    EXPECT_NE(state, "PC000");  // the class itself
  }
}

TEST(fault, has_a_failure_status_of_every_protocol) {
  // Failures of PS3.4 tables B.2-1, C.4-1 and C.4-2 and PS3.7 annex C: not success, a warning or pending.
  const std::set<int> failures = {0xA7, 0xA8, 0xA9, 0xC0, 0x01};
  for (const FaultInfo& fault : fault_table) {
    EXPECT_TRUE(failures.contains(fault.dimse_status >> 8)) << fault.name;
    EXPECT_NE(fault.dimse_status, 0x0107) << fault.name;  // attribute list error: a warning
    EXPECT_NE(fault.dimse_status, 0x0116) << fault.name;  // attribute value out of range: a warning
    EXPECT_TRUE(fault.http_status >= 400 && fault.http_status < 600) << fault.name;
    EXPECT_GT(std::string_view(fault.meaning).size(), 10u) << fault.name;
  }
}

TEST(fault, is_found_by_its_code) {
  EXPECT_STREQ(info(FaultCode::not_dicom).name, "not_dicom");
  EXPECT_STREQ(info(FaultCode::truncated).sqlstate, "PC002");
  EXPECT_STREQ(info(FaultCode::bad_value).name, "bad_value");
}

TEST(fault, says_where_it_is_and_never_what_stands_there) {
  EXPECT_EQ(message({FaultCode::truncated, "the value runs past the end of the data", Tag{0x00100010}}),
            "the value runs past the end of the data, at (0010,0010)");
  EXPECT_EQ(message({FaultCode::not_dicom, "the data set is empty"}), "the data set is empty");
}

}  // namespace
}  // namespace pgpacs::dicom
