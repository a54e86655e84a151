#include "extension/dicom/uid.h"

#include <gtest/gtest.h>

#include <string>

namespace pgpacs::dicom {
namespace {

TEST(uid, takes_digits_and_dots) {
  EXPECT_TRUE(is_valid_uid("1.2.840.10008.1.2"));
  EXPECT_TRUE(is_valid_uid("2.25.0"));
  EXPECT_TRUE(is_valid_uid("1.02.3"));  // against the standard, common in the field
  EXPECT_TRUE(is_valid_uid(std::string(64, '1')));
}

TEST(uid, refuses_what_is_no_uid) {
  for (const char* text : {"", ".1", "1.", "1..2", "1.2a", "1.2 ", "../../etc/passwd"})
    EXPECT_FALSE(is_valid_uid(text)) << text;
  EXPECT_FALSE(is_valid_uid(std::string(65, '1')));
}

}  // namespace
}  // namespace pgpacs::dicom
