#include "extension/dicom/value_encoder.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

std::string encoded(std::uint32_t tag, VR vr, const Value& value, Encoding encoding = explicit_little,
                    const CharacterSet& charset = {}) {
  std::string out;
  append_element(Tag{tag}, vr, value, charset, syntax_of(encoding), out);
  return out;
}

TEST(value_encoder, encodes_each_VR_in_every_encoding) {
  for (const Encoding encoding : {explicit_little, implicit_little, explicit_big}) {
    const auto expect = [&](VR vr, std::vector<std::string> texts, const Entry& expected) {
      EXPECT_EQ(encoded(expected.tag, vr, {vr, std::move(texts)}, encoding), encode({expected}, encoding))
          << name(vr).view();
    };
    expect(VR::AT, {"00100010", "7FE00010"}, numbers(0x00720060, "AT", {0x00100010, 0x7FE00010}));
    expect(VR::UI, {"1.2.3"}, text(0x0072007F, "UI", "1.2.3"));
    expect(VR::CS, {"A", "", "BC"}, text(0x00720062, "CS", "A\\\\BC"));
    expect(VR::DS, {"1.5", ""}, text(0x00720072, "DS", "1.5\\"));
    expect(VR::LT, {"two\r\nlines\\"}, text(0x00720068, "LT", "two\r\nlines\\"));
    expect(VR::US, {"1", "65535"}, numbers(0x0072007A, "US", {1, 65535}));
    expect(VR::SS, {"-32768"}, numbers(0x0072007E, "SS", {-32768}));
    expect(VR::UL, {"4294967295"}, numbers(0x00720078, "UL", {4294967295u}));
    expect(VR::SL, {"-2147483648"}, numbers(0x0072007C, "SL", {-2147483648ll}));
    expect(VR::UV, {"18446744073709551615"}, numbers(0x00720083, "UV", {18446744073709551615ull}));
    expect(VR::SV, {"-1"}, numbers(0x00720082, "SV", {-1}));
    expect(VR::FL, {"0.1"}, numbers(0x00720076, "FL", {0.1}));
    expect(VR::FD, {"-2.5e300"}, numbers(0x00720074, "FD", {-2.5e300}));
    expect(VR::OB, {"AQID"}, value(0x00720065, "OB", hex("01020300")));
    expect(VR::OW, {"AQIDBA=="}, words(0x00720069, "OW", 2, hex("01020304")));
    expect(VR::OD, {"AAAAAAAA+D8="}, words(0x00720073, "OD", 8, hex("000000000000F83F")));
    expect(VR::UT, {}, text(0x00720070, "UT", ""));
  }
}

TEST(value_encoder, refuses_what_is_no_value_of_its_VR) {
  const auto fault = [](VR vr, std::vector<std::string> texts) {
    return fault_in([&] { encoded(0x00720065, vr, {vr, std::move(texts)}); });
  };
  EXPECT_EQ(fault(VR::US, {"65536"}), "bad_argument");
  EXPECT_EQ(fault(VR::US, {"-1"}), "bad_argument");
  EXPECT_EQ(fault(VR::US, {"1.5"}), "bad_argument");
  EXPECT_EQ(fault(VR::FD, {"x"}), "bad_argument");
  EXPECT_EQ(fault(VR::AT, {"PatientName"}), "bad_argument");
  EXPECT_EQ(fault(VR::OB, {"A*=="}), "bad_argument");
  EXPECT_EQ(fault(VR::OB, {"AA==", "AA=="}), "bad_argument");
  EXPECT_EQ(fault(VR::LT, {"a", "b"}), "bad_argument");
  EXPECT_EQ(fault(VR::DS, {"0.12345678901234567"}), "bad_argument");
  EXPECT_EQ(fault(VR::IS, {"twelve"}), "bad_argument");
  EXPECT_EQ(fault(VR::CS, {"Ж"}), "foreign_character");
}

TEST(value_encoder, takes_the_VR_of_the_dictionary_where_nothing_says_another) {
  const Value some{VR::none, {"x"}};
  EXPECT_EQ(choose_vr(some, VR::none, Tag{0x00100010}), VR::PN);
  EXPECT_EQ(choose_vr(some, VR::SH, Tag{0x00100010}), VR::SH);
  EXPECT_EQ(choose_vr({VR::UT, {"x"}}, VR::SH, Tag{0x00100010}), VR::UT);
  EXPECT_EQ(choose_vr(some, VR::UN, Tag{0x00100010}), VR::PN);
  EXPECT_EQ(choose_vr(some, VR::LO, Tag{0x00091001}), VR::LO);
  EXPECT_EQ(choose_vr({}, VR::UN, Tag{0x00091001}), VR::UN);
  EXPECT_EQ(choose_vr(some, VR::none, Tag{0x00090010}), VR::LO);
  for (const Value& value : {some, Value{VR::none, {}, {{}}}})
    EXPECT_EQ(fault_in([&] { choose_vr(value, VR::none, Tag{0x00091001}); }), "bad_argument");
  EXPECT_EQ(fault_in([&] { choose_vr(some, VR::none, Tag{0x00081140}); }), "bad_argument");
  EXPECT_EQ(fault_in([&] { choose_vr({VR::none, {}, {{}}}, VR::none, Tag{0x00100010}); }), "bad_argument");
}

TEST(value_encoder, encodes_items_in_their_own_character_set) {
  const Value items{
      VR::SQ,
      {},
      {{{tags::specific_character_set, {VR::CS, {"ISO_IR 144"}}}, {Tag{0x00100010}, {VR::PN, {"Ж"}}}},
       {{Tag{0x00100010}, {VR::PN, {"Ж"}}}}}};
  CharacterSet utf8;
  utf8.declare("ISO_IR 192");
  for (const Encoding encoding : {explicit_little, implicit_little, explicit_big})
    EXPECT_EQ(
        encoded(0x00081140, VR::SQ, items, encoding, utf8),
        encode({sequence(0x00081140, {{text(0x00080005, "CS", "ISO_IR 144"), text(0x00100010, "PN", "\xB6")},
                                      {text(0x00100010, "PN", "Ж")}})},
               encoding));
}

TEST(charset, encodes_what_it_can_hold_and_nothing_else) {
  const auto encode_in = [](std::string_view declared, std::string_view text) -> std::string {
    CharacterSet charset;
    charset.declare(declared);
    std::string out = "+";
    return charset.encode(text, out) ? out.substr(1) : out == "+" ? "no" : "half";
  };
  EXPECT_EQ(encode_in("", "abc"), "abc");
  EXPECT_EQ(encode_in("", "ä"), "no");
  EXPECT_EQ(encode_in("ISO_IR 100", "Zoë"), "Zo\xEB");
  EXPECT_EQ(encode_in("ISO_IR 100", "Ж"), "no");
  EXPECT_EQ(encode_in("ISO_IR 144", "Жук"), "\xB6\xE3\xDA");
  EXPECT_EQ(encode_in("ISO_IR 192", "山田"), "山田");
  EXPECT_EQ(encode_in("ISO_IR 192", "\xFF"), "no");
  EXPECT_EQ(encode_in("GB18030", "王"), "\xCD\xF5");
  EXPECT_EQ(encode_in("GBK", "😀"), "no");
  EXPECT_EQ(encode_in("ISO 2022 IR 13\\ISO 2022 IR 87", "山"), "no");
  EXPECT_EQ(encode_in("ISO 2022 IR 100\\ISO 2022 IR 149", "Zoë"), "Zo\xEB");
}

}  // namespace
}  // namespace pgpacs::dicom
