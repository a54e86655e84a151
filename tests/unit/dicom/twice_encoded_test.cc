#include "extension/dicom/twice_encoded.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/builder.h"

namespace pgpacs::dicom {
namespace {

// The text of hexadecimal digits, "-" where it was not encoded twice.
std::string decode(SingleByteSet through, std::string_view digits) {
  std::string out;
  return decode_twice_encoded(test::hex(digits), through, out) ? out : out + "-";
}

TEST(twice_encoded, undoes_the_second_encoding) {
  EXPECT_EQ(decode(windows_1252, "4D C383 C2BC 6C"), "Mül");       // Ã¼
  EXPECT_EQ(decode(windows_1252, "C390 CB9C"), "И");               // Ð˜: 98 is a letter there
  EXPECT_EQ(decode(windows_1252, "C390 C298"), "И");               // and a control character in Latin 1
  EXPECT_EQ(decode(windows_1251, "D0A0 E284A2 D0A0 D191"), "Йи");  // Р™Рё
  EXPECT_EQ(decode(windows_1251, "D0A0 C298"), "И");               // which windows-1251 lacks
  EXPECT_EQ(decode(windows_1251, "41 00 42"), "AB");
}

TEST(twice_encoded, refuses_what_was_encoded_once) {
  EXPECT_EQ(decode(windows_1252, "4D C3BC 6C"), "-");
  EXPECT_EQ(decode(windows_1251, "D0A1 D0B8 D0B4"), "-");
  EXPECT_EQ(decode(windows_1252, "E5B1B1"), "-");
  EXPECT_EQ(decode(windows_1251, "C3 28"), "-");
  EXPECT_EQ(decode(windows_1251, ""), "");
}

}  // namespace
}  // namespace pgpacs::dicom
