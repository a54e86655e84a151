#include "extension/dicom/reader.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

constexpr TransferSyntax explicit_syntax{};
constexpr TransferSyntax implicit_syntax{.is_explicit = false};
constexpr TransferSyntax big_syntax{.is_big_endian = true};

const std::string patient_id = encode({text(0x00100020, "LO", "4711")});
const std::string patient_id_event = "00100020 LO '4711'";

std::string read_limited(std::string_view bytes, const Limits& limits) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, explicit_syntax, limits, defects);
  return events(reader);
}

TEST(reader, keeps_UN_closed_where_nobody_knows_the_tag) {
  const std::string content = encode_item({text(0x00100020, "LO", "4711")}, implicit_little);
  EXPECT_EQ(events(encode({value(0x00091001, "UN", content)})), "00091001 UN " + quote(as_bytes(content)));
}

TEST(reader, reads_UN_of_a_known_tag_by_the_dictionary) {  // PS3.5 6.2.2
  const DataSet data_set = {value(0x00080020, "UN", "20240229"), value(0x00090010, "UN", "ACME"),
                            value(0x00280010, "UN", hex("0102")), value(0x00280103, "UN", hex("0100")),
                            value(0x00280106, "UN", hex("FFFF"))};
  const std::string expected =
      "00080020 DA '20240229' 00090010 LO 'ACME' 00280010 US '\\01\\02' 00280103 US '\\01\\00' "
      "00280106 SS '\\ff\\ff'";
  EXPECT_EQ(events(encode(data_set)), expected);
  EXPECT_EQ(events(encode(data_set, explicit_big), big_syntax), expected);
  // The value is little endian in any syntax.
  EXPECT_EQ(to_json(encode({value(0x00280010, "UN", hex("0102"))}, explicit_big), big_syntax),
            R"({"00280010":{"vr":"US","Value":[513]}})");
}

TEST(reader, says_which_VR_was_declared) {
  const auto declared = [](std::string_view bytes, TransferSyntax syntax = {}) {
    Defects defects;
    Reader reader({as_bytes(bytes)}, syntax, Limits{}, defects);
    reader.next();
    return std::string(name(reader.element().declared_vr).view());
  };
  EXPECT_EQ(declared(encode({value(0x00080020, "UN", "20240229")})), "UN");
  EXPECT_EQ(declared(encode({value(0x00081140, "UN", "")})), "UN");
  EXPECT_EQ(declared(encode({value(0x00080020, "LO", "20240229")})), "LO");
  EXPECT_EQ(declared(hex("0800 2000") + "ZZ" + hex("0000 00000000")), "ZZ");
  EXPECT_EQ(declared(encode({text(0x00080020, "DA", "")}, implicit_little), implicit_syntax), "\0\0"s);
}

// Implicit VR inside UN of defined length, in each syntax that has VRs.
TEST(reader, opens_UN_of_a_known_sequence) {  // PS3.5 6.2.2
  const DataSet item = {text(0x00080100, "SH", "c"),
                        sequence(0x00081140, {{text(0x00081155, "UI", "1")}, {}})};
  const std::string expected =
      "00081140 SQ[ { 00080100 SH 'c ' 00081140 SQ[ { 00081155 UI '1\\00' } { } ] } { } ] " +
      patient_id_event;
  for (const Encoding inner : {implicit_little, without_lengths(implicit_little)}) {
    const std::string content = encode_item(item, inner) + encode_item({}, inner);
    for (const Encoding outer : {explicit_little, explicit_big})
      EXPECT_EQ(events(encode({value(0x00081140, "UN", content), text(0x00100020, "LO", "4711")}, outer),
                       syntax_of(outer)),
                expected);
  }
  EXPECT_EQ(events(encode({value(0x00081140, "UN", "")})), "00081140 SQ[ ]");
}

TEST(reader, keeps_UN_closed_where_it_cannot_be_followed_as_a_sequence) {
  const std::string item = encode_item({text(0x00080100, "SH", "code")}, implicit_little);
  const std::string contents[] = {"abcd",
                                  "abcdefgh",
                                  encode_item({text(0x00080100, "SH", "code")}),  // explicit VR
                                  encode_item({text(0x00080100, "SH", "code")}, explicit_big),
                                  item.substr(0, item.size() - 2),
                                  item + "abcd",
                                  item + hex("FEFF"),
                                  item_begin,
                                  item_begin + encode({text(0x00080100, "SH", "code")}, implicit_little),
                                  hex("FEFF 00E0 FFFFFF7F"),
                                  hex("FEFF 00E0 08000000 0800 4011 FFFFFFFF"),
                                  item + hex("0800 0001 00000000")};
  for (const std::string& content : contents)
    EXPECT_EQ(events(encode({value(0x00081140, "UN", content), text(0x00100020, "LO", "4711")})),
              "00081140 UN " + quote(as_bytes(content)) + " " + patient_id_event);
}

TEST(reader, looks_into_UN_within_its_limits) {
  const std::string nest = encode_item({sequence(0x0040A730, {{}})}, implicit_little);
  const std::string bytes = encode({value(0x0040A730, "UN", nest)});
  EXPECT_EQ(read_limited(bytes, {.depth = 2}), "0040A730 SQ[ { 0040A730 SQ[ { } ] } ]");
  EXPECT_EQ(read_limited(bytes, {.depth = 1}), "too_deep");
  EXPECT_EQ(read_limited(bytes, {.elements = 3}), "0040A730 SQ[ { 0040A730 SQ[ too_large");
  EXPECT_EQ(read_limited(bytes, {.unknown_sequence = nest.size() - 1}),
            "0040A730 UN " + quote(as_bytes(nest)));
}

// Each value is looked at once, however the sequences lie in each other: else this would take 2^60 steps.
TEST(reader, looks_into_UN_once) {
  DataSet inner;
  for (int i = 0; i < 60; ++i)
    inner = {text(0x00290011, "LO", "SPI-P-Private_ICS Release 1"), sequence(0x00291108, {inner})};
  EXPECT_TRUE(events(encode(inner, implicit_little), implicit_syntax).ends_with("] } ]"));
  // None that can be followed, many behind each other.
  std::string many;
  for (int i = 0; i < 5000; ++i) many += encode({value(0x00081140, "UN", item_begin)});
  EXPECT_TRUE(events(many).ends_with(" 00081140 UN " + quote(as_bytes(item_begin))));
}

TEST(reader, takes_VRs_of_private_elements_from_their_creator) {  // PS3.5 7.8.1
  const DataSet siemens = {text(0x00290010, "LO", "SIEMENS CSA NON-IMAGE"),
                           text(0x00290011, "LO", "CAMTRONICS"), text(0x00291008, "CS", "IMAGE"),
                           value(0x00291009, "UN", "20"), text(0x00291120, "DS", "1.5")};
  const std::string expected =
      "00290010 LO 'SIEMENS CSA NON-IMAGE ' 00290011 LO 'CAMTRONICS' 00291008 CS 'IMAGE ' 00291009 LO '20' "
      "00291120 DS '1.5 '";
  for (const Encoding encoding : {explicit_little, implicit_little, explicit_big})
    EXPECT_EQ(events(encode(siemens, encoding), syntax_of(encoding)), expected);
  // In an item: creators are those of the item, not of the data set around it.
  EXPECT_EQ(
      events(
          encode({text(0x00290011, "LO", "CAMTRONICS"),
                  sequence(0x00400275, {{text(0x00291120, "DS", "1")},
                                        {text(0x00290011, "LO", "CAMTRONICS"), text(0x00291120, "DS", "2")},
                                        {text(0x00291120, "DS", "3")}}),
                  text(0x00411120, "DS", "4")},
                 implicit_little),
          implicit_syntax),
      "00290011 LO 'CAMTRONICS' 00400275 SQ[ { 00291120 UN '1 ' } { 00290011 LO 'CAMTRONICS' 00291120 DS "
      "'2 ' } { 00291120 UN '3 ' } ] 00411120 UN '4 '");
}

TEST(reader, opens_private_sequences_that_can_be_followed) {
  const DataSet edge = {text(0x00290010, "LO", "CARDIO-D.R. 1.0"),
                        sequence(0x00291000, {{text(0x00080100, "SH", "ab")}})};
  const std::string expected = "00290010 LO 'CARDIO-D.R. 1.0 ' 00291000 SQ[ { 00080100 SH 'ab' } ]";
  for (const Encoding encoding : {implicit_little, without_lengths(implicit_little), explicit_little})
    EXPECT_EQ(events(encode(edge, encoding), syntax_of(encoding)), expected);
  EXPECT_EQ(
      events(encode({edge[0], value(0x00291000, "OB", "no sequence!")}, implicit_little), implicit_syntax),
      "00290010 LO 'CARDIO-D.R. 1.0 ' 00291000 UN 'no sequence!'");
}

TEST(reader, reads_UN_of_undefined_length_as_implicit_VR_little_endian) {  // PS3.5 6.2.2
  const DataSet item = {text(0x00100020, "LO", "4711"), numbers(0x00280010, "US", {1}),
                        sequence(0x0040A730, {{text(0x00100020, "LO", "9")}})};
  const std::string expected =
      "00091001 SQ[ { 00100020 LO '4711' 00280010 US '\\01\\00' "
      "0040A730 SQ[ { 00100020 LO '9 ' } ] } ] 00100010 PN 'ab'";
  for (const Encoding inner : {implicit_little, without_lengths(implicit_little)}) {
    const std::string content = encode_item(item, inner) + sequence_end;
    const Entry name = text(0x00100010, "PN", "ab");
    EXPECT_EQ(events(hex("0900 0110") + "UN" + hex("0000 FFFFFFFF") + content + encode({name})), expected);
    EXPECT_EQ(events(hex("0900 0110 FFFFFFFF") + content + encode({name}, implicit_little), implicit_syntax),
              expected);
    EXPECT_EQ(events(hex("0009 1001") + "UN" + hex("0000 FFFFFFFF") + content + encode({name}, explicit_big),
                     big_syntax),
              expected);
  }
}

TEST(reader, says_the_byte_order_of_values_inside_UN) {
  const std::string bytes = hex("0009 1001") + "UN" + hex("0000 FFFFFFFF") +
                            encode_item({numbers(0x00280010, "US", {0x0102})}, implicit_little) +
                            sequence_end + encode({numbers(0x00280011, "US", {0x0102})}, explicit_big);
  EXPECT_EQ(to_json(bytes, big_syntax),
            R"({"00091001":{"vr":"SQ","Value":[{"00280010":{"vr":"US","Value":[258]}}]},)"
            R"("00280011":{"vr":"US","Value":[258]}})");
}

TEST(reader, reads_an_unknown_VR_of_two_capitals_in_the_long_form) {  // PS3.5 6.2.2: VRs of the future
  const std::string bytes = hex("0800 0100") + "ZZ" + hex("0000 04000000") + "abcd" + patient_id;
  EXPECT_EQ(events(bytes), "00080001 UN 'abcd' " + patient_id_event);
  EXPECT_EQ(defects_in(bytes), "unknown_vr 00080001");
}

TEST(reader, reads_what_is_no_VR_in_the_short_form) {
  for (const std::string& vr : {"\?\?"s, "\0\0"s, "us"s, "  "s, "U1"s, "A-"s, "1A"s, "\xFF\xFF"s}) {
    const std::string bytes = hex("0800 0100") + vr + hex("0400") + "abcd" + patient_id;
    EXPECT_EQ(events(bytes), "00080001 UN 'abcd' " + patient_id_event) << vr;
    EXPECT_EQ(defects_in(bytes), "unknown_vr 00080001") << vr;
  }
}

TEST(reader, reads_an_unknown_VR_of_undefined_length_as_UN) {
  const std::string content = encode_item({text(0x00100020, "LO", "9")}, implicit_little) + sequence_end;
  EXPECT_EQ(events(hex("0800 0100") + "ZZ" + hex("0000 FFFFFFFF") + content + patient_id),
            "00080001 SQ[ { 00100020 LO '9 ' } ] " + patient_id_event);
}

}  // namespace
}  // namespace pgpacs::dicom
