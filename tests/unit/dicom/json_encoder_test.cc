#include "extension/dicom/json_encoder.h"

#include <gtest/gtest.h>

#include <string>

#include "extension/dicom/fault.h"
#include "tests/unit/dicom/builder.h"

namespace pgpacs::dicom {
namespace {

using test::DataSet;
using test::encode;
using test::numbers;
using test::sequence;
using test::text;

CharacterSet set_of(std::string_view term) {
  CharacterSet set;
  set.declare(term);
  return set;
}

// What the text comes to; "foreign" where the set lacks a character.
std::string bytes_of(std::string_view json, const CharacterSet& charset = {}, TransferSyntax syntax = {}) {
  std::string out = "before";
  const bool is_held = encode_json(json, charset, syntax, out);
  EXPECT_TRUE(is_held ? out.starts_with("before") : out == "before");
  return is_held ? out.substr(6) : "foreign";
}

std::string expected(const DataSet& data_set, test::Encoding encoding = test::explicit_little) {
  return encode(data_set, encoding);
}

constexpr char answer[] =
    R"({"00080020": {"vr": "DA", "Value": ["20240312"]}, "00080061": {"vr": "CS", "Value": ["CT", "SR"]},
  "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane", "Phonetic": "do"}]}, "00100040": {"vr": "CS"},
  "0020000D": {"vr": "UI", "Value": ["1.2.3"]}, "00201206": {"vr": "IS", "Value": [12]}})";

TEST(json_encoder, writes_what_answers_are_made_of_in_each_syntax) {
  const DataSet data_set = {text(0x00080020, "DA", "20240312"),     text(0x00080061, "CS", "CT\\SR"),
                            text(0x00100010, "PN", "Doe^Jane==do"), text(0x00100040, "CS", ""),
                            text(0x0020000D, "UI", "1.2.3"),        text(0x00201206, "IS", "12")};
  EXPECT_EQ(bytes_of(answer), expected(data_set));
  EXPECT_EQ(bytes_of(answer, {}, {.is_explicit = false}), expected(data_set, test::implicit_little));
  EXPECT_EQ(bytes_of(answer, {}, {.is_big_endian = true}), expected(data_set, test::explicit_big));
  EXPECT_EQ(bytes_of("{}"), "");
}

TEST(json_encoder, writes_numbers_items_and_escaped_texts_too) {
  EXPECT_EQ(bytes_of(R"({"00280010": {"vr": "US", "Value": [512]}})"),
            expected({numbers(0x00280010, "US", {512})}));
  EXPECT_EQ(bytes_of(R"({"00400275": {"vr": "SQ", "Value": [{"00400007": {"vr": "LO", "Value": ["a"]}}]}})"),
            expected({sequence(0x00400275, {{text(0x00400007, "LO", "a")}})}));
  EXPECT_EQ(bytes_of(R"({"00081030": {"vr": "LO", "Value": ["a \"b\" }]"]}})"),
            expected({text(0x00081030, "LO", "a \"b\" }]")}));
  EXPECT_EQ(bytes_of(R"({"00081030": {"vr": "LO", "Value": [null, "b"]}})"),
            expected({text(0x00081030, "LO", "\\b")}));
}

TEST(json_encoder, says_where_a_character_set_lacks_a_character) {
  const std::string name =
      R"({"00080050": {"vr": "SH", "Value": ["A1"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Їжак"}]}})";
  EXPECT_EQ(bytes_of(name), "foreign");
  EXPECT_EQ(bytes_of(name, set_of("ISO_IR 100")), "foreign");
  EXPECT_EQ(bytes_of(name, set_of("ISO_IR 192")),
            expected({text(0x00080050, "SH", "A1"), text(0x00100010, "PN", "Їжак")}));
  EXPECT_EQ(bytes_of(name, set_of("ISO_IR 144")),
            expected({text(0x00080050, "SH", "A1"), text(0x00100010, "PN", "\xA7\xD6\xD0\xDA")}));
  const std::string item =
      R"({"00400275": {"vr": "SQ", "Value": [{"00400007": {"vr": "LO", "Value": ["Ї"]}}]}})";
  EXPECT_EQ(bytes_of(item, set_of("ISO_IR 100")), "foreign");
}

TEST(json_encoder, leaves_out_the_character_set_that_the_text_had) {
  EXPECT_EQ(bytes_of(R"({"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00080050": {"vr": "SH"}})"),
            expected({text(0x00080050, "SH", "")}));
}

TEST(json_encoder, gives_a_value_that_cannot_be_written_up_and_not_the_answer) {
  for (const char* json :
       {R"("00280010": {"vr": "US", "Value": [70000]})", R"("00280010": {"vr": "US", "Value": [null]})",
        R"("00280010": {"BulkDataURI": "x", "vr": "US"})", R"("00280010": 5)", R"("00280010": "text")",
        R"("00280010": {"vr": "US", "Value": [[1]]})"})
    EXPECT_EQ(bytes_of("{" + std::string(json) + R"(, "00280011": {"vr": "US", "Value": [3]}})"),
              expected({test::value(0x00280010, "US", ""), numbers(0x00280011, "US", {3})}))
        << json;
  EXPECT_EQ(bytes_of(R"({"00200013": {"vr": "IS", "Value": ["first"]}})"),
            expected({text(0x00200013, "IS", "")}));
  // Not even UTF-8 makes a code of it.
  EXPECT_EQ(bytes_of(R"({"00080060": {"vr": "CS", "Value": ["КТ"]}})", set_of("ISO_IR 192")),
            expected({text(0x00080060, "CS", "")}));
}

TEST(json_encoder, refuses_what_is_no_data_set) {
  for (const char* json :
       {"", "[]", "{", R"({"00080050")", R"({"00080050": )", R"({"00080050": {"vr")", R"({"a": 1})",
        R"({"00020010": {"vr": "UI"}})", R"({"00080050": {"vr": "SH"} "00080060")",
        R"({"00080050": "unclosed)", R"({"00080050": })", "{} {}",
        R"({"00280010": {"vr": "US", "Value": {"a": [}]}}})"})
    EXPECT_THROW(bytes_of(json), Fault) << json;
}

}  // namespace
}  // namespace pgpacs::dicom
