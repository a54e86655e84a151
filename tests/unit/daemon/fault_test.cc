#include "daemon/fault.h"

#include <gtest/gtest.h>

namespace pgpacs {
namespace {

TEST(fault_of, a_SQLSTATE_of_ours_is_its_fault) {
  for (std::size_t i = 0; i < std::size(dicom::fault_table); ++i)
    EXPECT_EQ(fault_of(dicom::fault_table[i].sqlstate), static_cast<dicom::FaultCode>(i))
        << dicom::fault_table[i].name;
  EXPECT_EQ(fault_of("PC045"), dicom::FaultCode::not_found);
  EXPECT_EQ(fault_of("42501"), dicom::FaultCode::not_authorised);
}

TEST(fault_of, any_other_SQLSTATE_is_out_of_resources) {  // the sender may try again
  for (const char* state :
       {"", "40001", "53100", "57P01", "08006", "XX000", "PC", "PC00", "PC999", "pc001", "PC0011", " PC001"})
    EXPECT_EQ(fault_of(state), dicom::FaultCode::out_of_resources) << state;
}

}  // namespace
}  // namespace pgpacs
