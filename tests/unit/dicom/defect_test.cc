#include "extension/dicom/defect.h"

#include <gtest/gtest.h>

#include <set>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

constexpr Tag patient_id{0x00100020};

TEST(defect, has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(DefectCode::more); ++code)
    EXPECT_TRUE(names.insert(name(static_cast<DefectCode>(code))).second);
  EXPECT_EQ(name(DefectCode::bad_date), "bad_date");
  EXPECT_EQ(name(DefectCode::nul_in_text), "nul_in_text");
  EXPECT_EQ(name(DefectCode::overlong_item), "overlong_item");
  EXPECT_EQ(name(DefectCode::more), "more");
}

TEST(defect, is_noted_once_for_each_kind_and_tag) {
  Defects defects;
  defects.note(DefectCode::bad_date, patient_id, "first");
  defects.note(DefectCode::bad_date, patient_id, "second");
  defects.note(DefectCode::bad_number, patient_id);
  defects.note(DefectCode::bad_date, Tag{0x00100021});
  ASSERT_EQ(defects.list().size(), 3u);
  EXPECT_EQ(defects.list()[0].value, "first");
}

TEST(defect, beyond_the_limit_is_one_more) {
  Defects defects(3);
  for (std::uint32_t i = 0; i < 10; ++i) defects.note(DefectCode::odd_length, Tag{0x00100000 + i});
  ASSERT_EQ(defects.list().size(), 4u);
  EXPECT_EQ(defects.list()[2].tag, Tag{0x00100002});
  EXPECT_EQ(defects.list()[3].code, DefectCode::more);
  EXPECT_EQ(defects.list()[3].tag, Tag{});
}

TEST(defect, keeps_the_beginning_of_a_value) {
  Defects defects;
  defects.note(DefectCode::bad_date, patient_id, std::string(128, 'x') + "y");
  EXPECT_EQ(defects.list()[0].value, std::string(128, 'x'));
}

TEST(defect, cuts_a_value_between_characters) {  // half a character would be read as Latin-1 further on
  for (std::size_t ascii = 124; ascii < 129; ++ascii) {
    Defects defects;
    defects.note(DefectCode::bad_character, patient_id, std::string(ascii, 'x') + "😀山Ä");
    EXPECT_TRUE(is_utf8(defects.list()[0].value)) << ascii;
    EXPECT_GE(defects.list()[0].value.size(), 124u);
  }
  Defects defects;
  defects.note(DefectCode::unknown_character_set, patient_id, std::string(140, '\x80'));  // no text at all
  EXPECT_GE(defects.list()[0].value.size(), 124u);
}

}  // namespace
}  // namespace pgpacs::dicom
