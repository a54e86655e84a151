#include "daemon/dimse/implementation.h"

#include <gtest/gtest.h>

#include "extension/dicom/file_meta.h"

namespace pgpacs::dimse {
namespace {

TEST(implementation, is_ours_in_what_is_asked_and_in_what_is_answered) {
  T_ASC_Parameters* parameters = nullptr;
  ASSERT_TRUE(ASC_createAssociationParameters(&parameters, 16384).good());
  set_implementation(parameters);
  EXPECT_EQ(parameters->ourImplementationClassUID, dicom::implementation_class_uid);
  EXPECT_EQ(parameters->ourImplementationVersionName, dicom::implementation_version_name);
  EXPECT_EQ(parameters->DULparams.callingImplementationClassUID, dicom::implementation_class_uid);
  EXPECT_EQ(parameters->DULparams.callingImplementationVersionName, dicom::implementation_version_name);
  ASC_destroyAssociationParameters(&parameters);
}

}  // namespace
}  // namespace pgpacs::dimse
