#include "extension/dicom/edits_json.h"

#include <gtest/gtest.h>

#include "extension/dicom/json_parser.h"
#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

Edits parse(std::string_view json) {
  Edits::Number in_hand = 0;
  return parse_edits(json, in_hand);
}

std::string fault_of(std::string_view json) {
  return fault_in([&] { parse(json); });
}

TEST(edits_json, are_an_array_of_objects) {
  EXPECT_TRUE(parse("[]").is_empty());
  EXPECT_EQ(parse(R"([{"op":"remove","attribute":"PatientName"}])").edit(0).action, Action::remove);
  for (const std::string_view json : {"{}", "null", "[1]", "[", "[{}]", "", "[] []", "[{\"op\":\"remove\"}]"})
    EXPECT_EQ(fault_of(json), "bad_argument") << json;
}

TEST(edits_json, take_values_of_the_JSON_model) {  // PS3.18 F.2
  const auto texts = [](std::string_view value) {
    return parse(R"([{"op":"insert","attribute":"PatientName","value":)" + std::string(value) + "}]")
        .edit(0)
        .value.texts;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts("null"), Texts{});
  EXPECT_EQ(texts("[]"), Texts{});
  EXPECT_EQ(texts(R"("a\"\u00e4\ud83d\ude00")"), Texts{"a\"ä😀"});
  EXPECT_EQ(texts("[1, -2.5e3, null, \"x\"]"), (Texts{"1", "-2.5e3", "", "x"}));
  EXPECT_EQ(texts(R"({"Phonetic":"c","Alphabetic":"a"})"), Texts{"a==c"});
  const Edits edits = parse(R"([{"op":"insert","attribute":"ReferencedImageSequence","value":
    {"00081155":{"vr":"UI","Value":["1.2"]},"00080005":{"vr":"CS"},"00420011":{"vr":"OB","InlineBinary":"AAA="}}}])");
  const std::vector<Attribute>& item = edits.edit(0).value.items.at(0);
  ASSERT_EQ(item.size(), 3u);
  EXPECT_EQ(item[0].tag, tags::specific_character_set);
  EXPECT_EQ(item[1].value.vr, VR::UI);
  EXPECT_EQ(item[2].value.texts, Texts{"AAA="});
}

TEST(edits_json, that_are_not_clear_are_refused) {
  for (const std::string_view edit :
       {R"("op":"delete","attribute":"PatientName")",
        R"("op":"remove","attribute":"PatientName","value":"x")",
        R"("op":"replace","attribute":"PatientName")",
        R"("op":"replace","attribute":"PatientName","value":true)",
        R"("op":"replace","attribute":"PatientName","value":[["x"]])",
        R"("op":"replace","attribute":"PatientName","value":["x",{"00100010":{}}])",
        R"("op":"replace","attribute":"PatientName","value":"x","vr":"XX")",
        R"("op":"remove","attribute":"PatientName","creator":"ACME")",
        R"("op":"empty","creator":"ACME")",
        R"("op":"remove","attribute":"PatientName","everywhere":1)",
        R"("op":"remove","attribute":"PatientName","everwhere":true)",
        R"("op":"remove","attribute":"ReferencedImageSequence.PatientID","everywhere":true)",
        R"("op":"insert","attribute":"60xx3000","value":"x")",
        R"("op":"insert","attribute":"ACME/0029xx10","value":"x")",
        R"("op":"insert","attribute":"PatientID","everywhere":true,"value":"x")",
        R"("op":"insert","attribute":"00020010","value":"x")",
        R"("op":"insert","attribute":"FFFEE000","value":"x")",
        R"("op":"insert","attribute":"00100000","value":1)",
        R"("op":"insert","attribute":"ReferencedImageSequence","value":{"00020010":{}})",
        R"("op":"insert","attribute":"ReferencedImageSequence","value":{"00100010":{"BulkDataURI":"x"}})",
        R"("op":"insert","attribute":"ReferencedImageSequence","value":{"00100010":{},"PatientName":{}})"})
    EXPECT_EQ(fault_of("[{" + std::string(edit) + "}]"), "bad_argument") << edit;
  EXPECT_EQ(fault_of(R"([{"op":"remove","attribute":"PatientNam"}])"), "unknown_attribute");
}

TEST(edits_json, say_which_of_them_is_wrong) {
  Edits::Number in_hand = Edits::none;
  EXPECT_EQ(
      fault_in([&] { parse_edits(R"([{"op":"remove","attribute":"PatientID"},{"op":"remove"}])", in_hand); }),
      "bad_argument");
  EXPECT_EQ(in_hand, 1u);
}

TEST(edits_json, are_bounded_in_number) {
  const auto edits = [](std::size_t count) {
    std::string json = "[";
    for (std::size_t i = 0; i < count; ++i)
      json +=
          R"({"op":"remove","attribute":"ReferencedImageSequence[)" + std::to_string(i) + "].PatientID\"},";
    json.back() = ']';
    return json;
  };
  EXPECT_EQ(fault_of(edits(10'000)), "");
  EXPECT_EQ(fault_of(edits(10'001)), "too_large");
  std::string values = R"([{"op":"insert","attribute":"PatientID","value":[)";
  for (int i = 0; i < 500'000; ++i) values += "1,";
  EXPECT_EQ(fault_of(values + "1]}]"), "too_large");
}

TEST(json_parser, is_bounded_in_depth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(fault_in([&] { parse_json(nested(8), 8, 8); }), "");
  EXPECT_EQ(fault_in([&] { parse_json(nested(9), 8, 9); }), "too_deep");
  EXPECT_EQ(fault_in([&] { parse_json(nested(1 << 20), 64, 1 << 20); }), "too_deep");
}

TEST(json_parser, is_bounded_in_values) {
  EXPECT_EQ(fault_in([&] { parse_json("[1,{\"a\":[]}]", 8, 4); }), "");
  EXPECT_EQ(fault_in([&] { parse_json("[1,{\"a\":[]}]", 8, 3); }), "too_large");
}

TEST(json_parser, refuses_what_is_no_JSON) {
  for (const std::string_view text :
       {"", "nul", "+1", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "[1,]", "[1 2]", "{\"a\"}", "{1:2}", "1 1", "]"})
    EXPECT_EQ(fault_in([&] { parse_json(text, 8, 8); }), "bad_argument") << text;
}

}  // namespace
}  // namespace pgpacs::dicom
