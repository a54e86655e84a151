#include "extension/dicom/json_value.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;
using namespace test;

// What one element comes to: the JSON behind its VR, and its defects behind that: "[1,2]".
std::string write(const Entry& entry, std::string_view charset = "ISO_IR 192") {
  const std::string bytes = encode({text(0x00080005, "CS", charset), entry});
  Defects defects;
  std::string json = to_json({as_bytes(bytes)}, {}, defects);
  const std::size_t at = json.find(R"({"vr":")", json.find("00080005") + 15);
  json = json.substr(at + 10, json.size() - at - 12);
  if (json.starts_with(R"(,"Value":)"))
    json.erase(0, 9);
  else if (json.starts_with(','))
    json.erase(0, 1);
  for (const Defect& defect : defects.list())
    if (defect.code != DefectCode::odd_length) json.append(" ").append(name(defect.code));
  return json;
}

std::string write(std::string_view vr, std::string_view raw, std::string_view charset = "ISO_IR 192") {
  return write(value(0x00100010, vr, raw), charset);
}

TEST(json_value, trims_blanks_that_carry_no_meaning) {  // PS3.5 6.2
  for (const auto vr : {"AE", "AS", "CS", "DA", "DT", "LO", "SH", "TM", "UI"})
    EXPECT_EQ(write(vr, " 12  ").substr(0, 6), R"(["12"])") << vr;
  for (const auto vr : {"LT", "ST", "UT", "UR", "UC"}) EXPECT_EQ(write(vr, " 12   "), R"([" 12"])") << vr;
  EXPECT_EQ(write("PN", " Doe^John  "), R"([{"Alphabetic":"Doe^John"}])");
  EXPECT_EQ(write("DS", " 1.50 "), "[1.50]");
  EXPECT_EQ(write("UI", "1.2.3\0"sv), R"(["1.2.3"])");
  EXPECT_EQ(write("LO", "ab\0\0"sv), R"(["ab"])");  // against the standard, common in the field
}

TEST(json_value, parts_many_values_at_backslashes_but_not_texts) {  // PS3.5 6.4
  for (const auto vr : {"AE", "CS", "LO", "SH", "UC"}) EXPECT_EQ(write(vr, "A\\B "), R"(["A","B"])") << vr;
  for (const auto vr : {"LT", "ST", "UT", "UR"}) EXPECT_EQ(write(vr, "A\\B "), R"(["A\\B"])") << vr;
  EXPECT_EQ(write("UC", " A\\ B "), R"([" A"," B"])");
}

TEST(json_value, of_an_empty_value_is_null_and_of_none_is_nothing) {  // PS3.18 F.2.5
  for (const auto vr :
       {"AE", "CS", "LO", "PN", "DS", "IS", "DA", "UI", "LT", "UT", "UC", "US", "FD", "AT", "OB", "UN"})
    EXPECT_EQ(write(vr, ""), "") << vr;
  for (const auto vr : {"AE", "CS", "LO", "PN", "DS", "LT", "UC"}) EXPECT_EQ(write(vr, "  "), "") << vr;
  EXPECT_EQ(write("CS", "A\\\\B "), R"(["A",null,"B"])");
  EXPECT_EQ(write("LO", "\\ "), "[null,null]");
  EXPECT_EQ(write("DS", "1\\ \\2"), "[1,null,2]");
  EXPECT_EQ(write("PN", "\\Doe"), R"([null,{"Alphabetic":"Doe"}])");
  EXPECT_EQ(write("PN", "^^\\Doe "), R"([null,{"Alphabetic":"Doe"}])");
}

TEST(json_value, of_a_person_has_the_component_groups_that_are_not_empty) {  // PS3.5 6.2.1.1, PS3.18 F.2.2
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"Doe^John^^Dr", R"([{"Alphabetic":"Doe^John^^Dr"}])"},
      {"Doe^^^^ ", R"([{"Alphabetic":"Doe"}])"},
      {"Yamada^Tarou=山田^太郎=やまだ^たろう",
       R"([{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎","Phonetic":"やまだ^たろう"}])"},
      {"=山田", R"([{"Ideographic":"山田"}])"},
      {"==P ", R"([{"Phonetic":"P"}])"},
      {"A==P", R"([{"Alphabetic":"A","Phonetic":"P"}])"},
      {"A=^^=", R"([{"Alphabetic":"A"}])"},
      {"A=I=P=X ", R"([{"Alphabetic":"A","Ideographic":"I","Phonetic":"P"}])"},  // no fourth group
      {"A\\B=C", R"([{"Alphabetic":"A"},{"Alphabetic":"B","Ideographic":"C"}])"},
      {"^^^^", ""},
      {"==", ""},
      {"^=^ ", ""}};
  for (const auto& [raw, expected] : facts) EXPECT_EQ(write("PN", raw), expected) << raw;
}

TEST(json_value, of_DS_and_IS_is_a_number) {  // PS3.18 F.2.2
  EXPECT_EQ(write("DS", "1.50\\-.5\\+1e-3 "), "[1.50,-0.5,1e-3]");
  EXPECT_EQ(write("IS", "-12\\+007 "), "[-12,7]");
  EXPECT_EQ(write("DS", "1234567890.12345"), "[1234567890.12345]");
  EXPECT_EQ(write("IS", "123456789012"), "[123456789012]");
}

TEST(json_value, of_DS_and_IS_stays_text_where_it_is_no_number) {
  EXPECT_EQ(write("DS", "1,5 "), R"(["1,5"] bad_number)");
  EXPECT_EQ(write("DS", "1.5\\x "), R"([1.5,"x"] bad_number)");
  EXPECT_EQ(write("IS", "NaN "), R"(["NaN"] bad_number)");
  EXPECT_EQ(write("DS", "1234567890.1234567 "), R"(["1234567890.1234567"] bad_number)");  // longer than 16
  EXPECT_EQ(write("IS", "1234567890123 "), R"(["1234567890123"] bad_number)");            // longer than 12
  EXPECT_EQ(write("DS", "\xC4 "), R"(["Ä"] bad_character bad_number)");
}

TEST(json_value, of_binary_numbers_is_all_their_digits) {
  const std::pair<Entry, std::string_view> facts[] = {
      {numbers(0x00100010, "US", {0, 65535}), "[0,65535]"},
      {numbers(0x00100010, "SS", {-32768, 32767}), "[-32768,32767]"},
      {numbers(0x00100010, "UL", {4294967295u}), "[4294967295]"},
      {numbers(0x00100010, "SL", {-2147483648ll, 7}), "[-2147483648,7]"},
      {numbers(0x00100010, "UV", {18446744073709551615ull}), "[18446744073709551615]"},
      {numbers(0x00100010, "SV", {-9223372036854775807ll - 1}), "[-9223372036854775808]"},
      {numbers(0x00100010, "FL", {0.1, -3.5, 16777216}), "[0.1,-3.5,16777216]"},
      {numbers(0x00100010, "FD", {0.1, 1.0 / 3, 1e300}), "[0.1,0.3333333333333333,1e+300]"},
      {numbers(0x00100010, "AT", {0x00100010, 0xFFFEE0DD}), R"(["00100010","FFFEE0DD"])"}};
  for (const auto& [entry, expected] : facts) EXPECT_EQ(write(entry), expected) << entry.vr;
}

TEST(json_value, of_what_JSON_has_no_number_for_is_a_word) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  for (const auto vr : {"FL", "FD"})
    EXPECT_EQ(write(numbers(0x00100010, vr, {nan, infinity, -infinity})), R"(["NaN","inf","-inf"])") << vr;
}

TEST(json_value, of_cut_binary_numbers_is_the_whole_ones) {
  EXPECT_EQ(write("US", hex("0100 02")), "[1] bad_length");
  EXPECT_EQ(write("UL", hex("01000000 0200")), "[1] bad_length");
  EXPECT_EQ(write("FD", "abcd"), " bad_length");
  EXPECT_EQ(write("AT", hex("1000")), " bad_length");
}

TEST(json_value, of_binary_is_base64) {
  for (const auto vr : {"OB", "OW", "OF", "OL", "OD", "OV"})
    EXPECT_EQ(write(vr, "01234567"), R"("InlineBinary":"MDEyMzQ1Njc=")") << vr;
}

TEST(json_value, keeps_dates_and_UIDs_as_sent_and_notes_wrong_ones) {
  const struct {
    std::string_view vr, raw, expected;
  } facts[] = {{"DA", "19990229", R"(["19990229"] bad_date)"},
               {"DA", "1999.12.31", R"(["1999.12.31"])"},
               {"DA", "1999-12-31", R"(["1999-12-31"] bad_date)"},
               {"TM", "240000", R"(["240000"] bad_date)"},
               {"TM", "12:30:00", R"(["12:30:00"])"},
               {"DT", "202402301230", R"(["202402301230"] bad_date)"},
               {"DT", "2024", R"(["2024"])"},
               {"UI", "1.2..3", R"(["1.2..3"] bad_uid)"},
               {"UI", "1.2\\a ", R"(["1.2","a"] bad_uid)"}};
  for (const auto& fact : facts) EXPECT_EQ(write(fact.vr, fact.raw), fact.expected);
}

TEST(json_value, is_in_the_declared_character_set_where_the_VR_is) {  // PS3.5 6.1.2.2
  for (const auto vr : {"LO", "SH", "LT", "ST", "UT", "UC"})
    EXPECT_EQ(write(vr, "\xBB\xEE", "ISO_IR 144"), R"(["Лю"])") << vr;
  EXPECT_EQ(write("PN", "\xBB\xEE", "ISO_IR 144"), R"([{"Alphabetic":"Лю"}])");
  for (const auto vr : {"AE", "CS", "UR"})
    EXPECT_EQ(write(vr, "\xBB\xEE", "ISO_IR 144"), R"(["»î"] bad_character)") << vr;
}

TEST(json_value, parts_values_behind_decoding) {  // a second byte of GBK may be 5CH
  EXPECT_EQ(write("LO", hex("955C 5C 955C20"), "GBK"), R"(["昞","昞"])");
  EXPECT_EQ(write("PN", hex("955C5E955C 3D4120"), "GBK"), R"([{"Alphabetic":"昞^昞","Ideographic":"A"}])");
}

TEST(json_value, has_no_NUL_and_no_bad_characters) {
  EXPECT_EQ(write("LO", "a\0b "sv), R"(["ab"] nul_in_text)");
  EXPECT_EQ(write("LO", "a\0\xFF "sv), "[\"a\uFFFD\"] nul_in_text bad_character");
  EXPECT_EQ(write("LT", "\xFF\xFE"), "[\"\uFFFD\uFFFD\"] bad_character");
  EXPECT_EQ(write("LO", "\0\0"sv), "");
}

}  // namespace
}  // namespace pgpacs::dicom
