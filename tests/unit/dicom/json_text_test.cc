#include "extension/dicom/json_text.h"

#include <gtest/gtest.h>

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(as_bytes(bytes), out);
  return out;
}

TEST(json_text, writes_base64) {  // RFC 4648 10
  const std::pair<std::string_view, std::string_view> facts[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"},
                                                                 {"\xFB\xEF\xBE\xFF\xFF\xFF", "++++////"},
                                                                 {"\0\0\0\0"sv, "AAAAAA=="}};
  for (const auto& [bytes, expected] : facts) EXPECT_EQ(base64(bytes), expected);
}

TEST(json_text, quotes_what_JSON_cannot_hold) {  // RFC 8259 7
  EXPECT_EQ(quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(quoted("\t\r\n\x01\x1F"), R"("\u0009\u000d\u000a\u0001\u001f")");
  EXPECT_EQ(quoted("\0"sv), R"("\u0000")");
  EXPECT_EQ(quoted("山\x7F😀"), "\"山\x7F😀\"");
  EXPECT_EQ(quoted(""), R"("")");
}

TEST(json_text, of_an_empty_data_set_is_an_empty_object) {
  JsonText text;
  text.begin_data_set();
  text.end_data_set();
  EXPECT_EQ(text.take(), "{}");
}

TEST(json_text, parts_values_by_commas_at_every_depth) {
  JsonText text;
  text.begin_data_set();
  text.begin_element(Tag{0x0040A730}, VR::SQ);
  text.begin_values();
  for (int i = 0; i < 2; ++i) {
    text.begin_data_set();
    text.begin_element(Tag{0x00280010}, VR::US);
    text.begin_values();
    text.decimal("1"), text.null(), text.text("x"), text.person_name("A=B");
    text.end_values();
    text.end_element();
    text.begin_element(Tag{0x00280011}, VR::US);
    text.end_element();
    text.end_data_set();
  }
  text.end_values();
  text.end_element();
  text.end_data_set();
  const std::string item =
      R"({"00280010":{"vr":"US","Value":[1,null,"x",{"Alphabetic":"A","Ideographic":"B"}]},)"
      R"("00280011":{"vr":"US"}})";
  EXPECT_EQ(text.take(), R"({"0040A730":{"vr":"SQ","Value":[)" + item + "," + item + "]}}");
}

std::string write_tags(std::initializer_list<std::uint32_t> tags) {
  JsonText text;
  text.begin_data_set();
  int count = 0;
  for (const std::uint32_t tag : tags) {
    text.begin_element(Tag{tag}, VR::IS);
    text.begin_values();
    text.decimal(std::to_string(count++));
    text.end_values();
    text.end_element();
  }
  text.end_data_set();
  return text.take();
}

TEST(json_text, sorts_attributes_and_keeps_the_first_of_equal_ones) {
  const std::string a = R"("00000001":{"vr":"IS","Value":[)", b = R"("00000002":{"vr":"IS","Value":[)";
  EXPECT_EQ(write_tags({1, 2}), "{" + a + "0]}," + b + "1]}}");
  EXPECT_EQ(write_tags({2, 1}), "{" + a + "1]}," + b + "0]}}");
  EXPECT_EQ(write_tags({1, 1}), "{" + a + "0]}}");
  EXPECT_EQ(write_tags({2, 1, 2, 1}), "{" + a + "1]}," + b + "0]}}");
}

}  // namespace
}  // namespace pgpacs::dicom
