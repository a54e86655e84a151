#include "extension/dicom/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

constexpr TransferSyntax explicit_syntax{};
constexpr TransferSyntax implicit_syntax{.is_explicit = false};
constexpr TransferSyntax big_syntax{.is_big_endian = true};

const std::string item_begin = hex("FEFF 00E0 FFFFFFFF");
const std::string item_end = hex("FEFF 0DE0 00000000");
const std::string sequence_end = hex("FEFF DDE0 00000000");

// (0008,1140) of undefined length, in explicit VR.
const std::string open_sequence = hex("0800 4011") + "SQ" + hex("0000 FFFFFFFF");

const std::string patient_id = encode({text(0x00100020, "LO", "4711")});
const std::string patient_id_event = "00100020 LO '4711'";

// `depth` sequences, each in the item of the one before.
std::string nested(int depth, Encoding encoding) {
  DataSet inner;
  for (int i = 0; i < depth; ++i) inner = {sequence(0x0040A730, {inner})};
  return encode(inner, encoding);
}

std::string read_limited(std::string_view bytes, const Limits& limits) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, explicit_syntax, limits, defects);
  return events(reader);
}

std::string read_kept(std::string_view bytes, std::vector<Gap> gaps, TransferSyntax syntax = {}) {
  Defects defects;
  Reader reader({as_bytes(bytes), gaps}, syntax, Limits{}, defects);
  return events(reader);
}

TEST(reader, of_nothing_is_at_the_end) {
  EXPECT_EQ(events(""), "");
}

TEST(reader, gives_the_same_elements_in_every_encoding) {
  const DataSet data_set = {text(0x00080016, "UI", "1.2.3"), sequence(0x00081110, {}),
                            sequence(0x00081140, {image_reference("1.2"), {}, {sequence(0x0040A730, {{}})}}),
                            text(0x00100010, "PN", "Doe^John"), text(0x00100020, "LO", "")};
  for (const Encoding encoding : every_encoding)
    EXPECT_EQ(
        events(encode(data_set, encoding), syntax_of(encoding)),
        "00080016 UI '1.2.3\\00' 00081110 SQ[ ] 00081140 SQ[ { "
        "00081150 UI '1.2.840.10008.5.1.4.1.1.2\\00' 00081155 UI '1.2\\00' } { } { 0040A730 SQ[ { } ] } ] "
        "00100010 PN 'Doe^John' 00100020 LO ''");
}

TEST(reader, leaves_values_in_their_byte_order_and_says_which_it_is) {
  for (const Encoding encoding : {explicit_little, explicit_big}) {
    const std::string bytes = encode({numbers(0x00280010, "US", {0x0102})}, encoding);
    Defects defects;
    Reader reader({as_bytes(bytes)}, syntax_of(encoding), Limits{}, defects);
    ASSERT_EQ(reader.next(), Event::element);
    EXPECT_EQ(reader.element().is_big_endian, encoding.is_big_endian);
    EXPECT_EQ(as_text(reader.element().value), encoding.is_big_endian ? hex("0102") : hex("0201"));
  }
}

TEST(reader, says_where_a_value_begins) {
  const std::string bytes =
      encode({text(0x00080016, "UI", "1.2"), sequence(0x00081140, {{text(0x00081150, "UI", "9")}}),
              words(0x7FE00010, "OW", 2, "ab")});
  Defects defects;
  Reader reader({as_bytes(bytes)}, explicit_syntax, Limits{}, defects);
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const Element& element = reader.element();
    EXPECT_EQ(bytes.substr(element.at, element.value.size()), as_text(element.value));
  }
  EXPECT_EQ(reader.position(), bytes.size());
}

TEST(reader, says_how_deep_it_is) {
  const std::string bytes = nested(3, explicit_little);
  Defects defects;
  Reader reader({as_bytes(bytes)}, explicit_syntax, Limits{}, defects);
  std::string depths;
  for (Event event = reader.next(); event != Event::end; event = reader.next())
    if (event == Event::item || event == Event::item_end) depths += std::to_string(reader.depth());
  EXPECT_EQ(depths, "123210");
}

TEST(reader, takes_VRs_of_implicit_VR_from_the_dictionary) {
  const DataSet data_set = {numbers(0x00080000, "UL", {4}), text(0x00090010, "LO", "ACME"),
                            value(0x00091001, "UN", "??"),  text(0x00100010, "PN", "Doe"),
                            value(0x00180003, "UN", "??"),  value(0x60003000, "OW", "ab"),
                            value(0x7FE00010, "OW", "cd")};
  EXPECT_EQ(events(encode(data_set, implicit_little), implicit_syntax),
            "00080000 UL '\\04\\00\\00\\00' 00090010 LO 'ACME' 00091001 UN '\?\?' 00100010 PN 'Doe ' "
            "00180003 UN '\?\?' "
            "60003000 OW 'ab' 7FE00010 OW 'cd'");
}

TEST(reader, decides_US_or_SS_by_pixel_representation) {  // PS3.5 A.1, note of PS3.3 C.7.6.3.1.1
  const auto image = [](int representation, DataSet more) {
    DataSet all = {numbers(0x00280103, "US", {representation}), value(0x00280106, "US", "ab")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Entry padding = value(0x00280120, "US", "cd");
  for (const Encoding encoding : {implicit_little, without_lengths(implicit_little)}) {
    const auto read = [&](const DataSet& data_set) {
      return events(encode(data_set, encoding), implicit_syntax);
    };
    EXPECT_EQ(read(image(0, {})), "00280103 US '\\00\\00' 00280106 US 'ab'");
    EXPECT_EQ(read(image(1, {})), "00280103 US '\\01\\00' 00280106 SS 'ab'");
    EXPECT_EQ(read({value(0x00280106, "US", "ab")}), "00280106 US 'ab'");
    // An item takes that of the data set around it, until it has its own; the outer one is not touched by it.
    EXPECT_EQ(read(image(1,
                         {
                             sequence(0x00283000, {{value(0x00283002, "US", "ab")}}),
                         })),
              "00280103 US '\\01\\00' 00280106 SS 'ab' 00283000 SQ[ { 00283002 SS 'ab' } ]");
    EXPECT_EQ(read(image(1, {sequence(0x00283000, {image(0, {padding})}), value(0x00603004, "US", "ab")})),
              "00280103 US '\\01\\00' 00280106 SS 'ab' "
              "00283000 SQ[ { 00280103 US '\\00\\00' 00280106 US 'ab' 00280120 US 'cd' } ] 00603004 SS 'ab'");
  }
}

TEST(reader, gives_fragments_of_encapsulated_pixels) {  // PS3.5 A.4
  const Entry pixels = fragments(0x7FE00010, "OB", {hex("00000000"), "abcd", "", "ef"});
  EXPECT_EQ(events(encode({pixels, value(0xFFFCFFFC, "OB", "zz")})),
            "7FE00010 OB # '\\00\\00\\00\\00' # 'abcd' # '' # 'ef' FFFCFFFC OB 'zz'");
  EXPECT_EQ(events(encode({fragments(0x7FE00010, "OB", {})})), "7FE00010 OB");
  EXPECT_EQ(events(encode({fragments(0x7FE00010, "UN", {"", "ab"})})), "7FE00010 OB # '' # 'ab'");
  // An icon in an item, of either length.
  for (const Encoding encoding : {explicit_little, without_lengths(explicit_little)})
    EXPECT_EQ(
        events(encode({sequence(0x00880200, {{fragments(0x7FE00010, "OB", {"", "ab"})}}), pixels}, encoding)),
        "00880200 SQ[ { 7FE00010 OB # '' # 'ab' } ] 7FE00010 OB # '\\00\\00\\00\\00' # 'abcd' # '' # 'ef'");
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

TEST(reader, passes_over_a_gap_in_UN) {
  const std::string value_of_it(40, 'x');
  const std::string content = encode_item({text(0x0040A160, "UT", value_of_it)}, implicit_little);
  std::string bytes = encode({value(0x0040A730, "UN", content), text(0x00100020, "LO", "4711")});
  const std::size_t place = bytes.find(value_of_it);
  bytes.erase(place, value_of_it.size());
  EXPECT_EQ(read_kept(bytes, {{place, value_of_it.size()}}),
            "0040A730 SQ[ { 0040A160 UT ~40 } ] " + patient_id_event);
}

// What devices of the time before DICOM sent, and what writers after it made of it.
TEST(reader, reads_ACR_NEMA) {
  const DataSet acr = {numbers(0x00080000, "UL", {40}),        numbers(0x00080001, "UL", {1000}),
                       text(0x00080010, "SH", "ACR-NEMA 2.0"), text(0x00080020, "DA", "1993.08.10"),
                       value(0x00080070, "LO", "ACM"),         numbers(0x00280000, "UL", {20}),
                       numbers(0x00280005, "US", {2}),         text(0x00280040, "CS", "RECT"),
                       words(0x7FE00010, "OW", 2, "ab")};
  const std::string bytes = encode(acr, implicit_little);
  EXPECT_EQ(
      events(bytes, implicit_syntax),
      "00080000 UL '(\\00\\00\\00' 00080001 UL '\\e8\\03\\00\\00' 00080010 SH 'ACR-NEMA 2.0' 00080020 DA "
      "'1993.08.10' 00080070 LO 'ACM' 00280000 UL '\\14\\00\\00\\00' 00280005 US '\\02\\00' 00280040 CS "
      "'RECT' 7FE00010 OW 'ab'");
  EXPECT_EQ(defects_in(bytes, implicit_syntax), "odd_length 00080070");
}

TEST(reader, reads_elements_behind_pixel_data) {
  for (const Encoding encoding : every_encoding) {
    const std::string behind = " FFFCFFFC OB '\\00\\00'";
    EXPECT_EQ(
        events(encode({words(0x7FE00010, "OW", 2, "abcd"), value(0xFFFCFFFC, "OB", hex("0000"))}, encoding),
               syntax_of(encoding)),
        std::string("7FE00010 OW ") + (encoding.is_big_endian ? "'badc'" : "'abcd'") + behind);
  }
  EXPECT_EQ(events(encode({fragments(0x7FE00010, "OB", {"", "ab"}), text(0x7FE10010, "LO", "ACME")})),
            "7FE00010 OB # '' # 'ab' 7FE10010 LO 'ACME'");
}

TEST(reader, reads_file_meta_information_in_front_of_any_data_set) {  // PS3.10 7.1: it does not belong there
  const DataSet meta = {value(0x00020001, "OB", hex("0001")), text(0x00020010, "UI", "1.2")};
  const std::string expected = "00020001 OB '\\00\\01' 00020010 UI '1.2\\00' 00280010 US ";
  for (const Encoding head : {explicit_little, implicit_little}) {
    for (const Encoding encoding : {explicit_little, implicit_little, explicit_big}) {
      const std::string bytes = encode(meta, head) + encode({numbers(0x00280010, "US", {1})}, encoding);
      EXPECT_EQ(events(bytes, syntax_of(encoding)),
                expected + (encoding.is_big_endian ? "'\\00\\01'" : "'\\01\\00'"));
    }
  }
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

TEST(reader, notes_lengths_that_are_odd) {  // PS3.5 7.1.1
  const std::string bytes = encode({value(0x00100010, "PN", "Doe"), text(0x00100020, "LO", "4711")});
  EXPECT_EQ(events(bytes), "00100010 PN 'Doe' " + patient_id_event);
  EXPECT_EQ(defects_in(bytes), "odd_length 00100010");
}

TEST(reader, notes_tags_that_do_not_ascend) {  // PS3.5 7.1
  const Entry a = text(0x00100010, "PN", "a"), b = text(0x00100020, "LO", "b"),
              c = text(0x00100030, "DA", "");
  EXPECT_EQ(defects_in(encode({a, b, c})), "");
  EXPECT_EQ(defects_in(encode({b, a, c})), "unordered 00100010");
  EXPECT_EQ(defects_in(encode({a, a, c})), "repeated 00100010");
  EXPECT_EQ(defects_in(encode({a, b, a})), "unordered 00100010");
  // Each item has an order of its own, and the sequence stands in that of its data set.
  EXPECT_EQ(defects_in(encode({sequence(0x00081140, {{b}, {a}}), a})), "");
  EXPECT_EQ(defects_in(encode({sequence(0x00081140, {{b, a}})})), "unordered 00100010");
  EXPECT_EQ(defects_in(encode({b, sequence(0x00081140, {})})), "unordered 00081140");
}

TEST(reader, goes_on_behind_stray_delimiters) {
  const std::string item = encode_item(image_reference("1.2"));
  const struct {
    std::string bytes, events, defects;
  } facts[] = {
      {patient_id + item_end + encode({text(0x00100030, "DA", "")}), patient_id_event + " 00100030 DA ''",
       "stray_delimiter 00100020"},
      {sequence_end + patient_id, patient_id_event, "stray_delimiter 00000000"},
      {patient_id + hex("FEFF 0100 00000000"), patient_id_event, "stray_delimiter 00100020"},
      // in an item of defined length
      {encode({sequence(0x00081140, {{text(0x00080100, "SH", "ab"), raw(item_end)}})}),
       "00081140 SQ[ { 00080100 SH 'ab' } ]", "stray_delimiter 00080100"},
      {encode({sequence(0x00081140, {{text(0x00080100, "SH", "ab"), raw(sequence_end)}})}),
       "00081140 SQ[ { 00080100 SH 'ab' } ]", "stray_delimiter 00080100"},
      // in an item of undefined length: neither of the delimiters that end it
      {open_sequence + item_begin + hex("FEFF 0100 00000000") + patient_id + item_end + sequence_end,
       "00081140 SQ[ { " + patient_id_event + " } ]", "stray_delimiter 00000000"},
      // between items
      {open_sequence + encode_item({}) + item_end + encode_item({}) + sequence_end, "00081140 SQ[ { } { } ]",
       "stray_delimiter 00081140"},
  };
  for (const auto& fact : facts) {
    EXPECT_EQ(events(fact.bytes), fact.events);
    EXPECT_EQ(defects_in(fact.bytes), fact.defects) << fact.events;
  }
}

TEST(reader, closes_what_lacks_its_delimiter) {
  const std::string open_item = open_sequence + item_begin + patient_id;
  const std::string expected = "00081140 SQ[ { " + patient_id_event + " } ]";
  EXPECT_EQ(events(open_item), expected);  // both at the end
  EXPECT_EQ(defects_in(open_item), "missing_delimiter 00081140");
  EXPECT_EQ(events(open_item + item_end), expected);
  EXPECT_EQ(defects_in(open_item + item_end), "missing_delimiter 00081140");
  // The sequence's own ends an item as well.
  const std::string after = encode({text(0x00100030, "DA", "")});
  EXPECT_EQ(events(open_item + sequence_end + after), expected + " 00100030 DA ''");
  EXPECT_EQ(defects_in(open_item + sequence_end + after), "missing_delimiter 00081140");
}

TEST(reader, notes_an_element_that_runs_past_its_item) {
  // An item of 8 bytes whose element has 12; a sequence of 8 bytes whose item has 20.
  const std::string long_element =
      hex("0800 4011") + "SQ" + hex("0000 10000000 FEFF 00E0 08000000") + patient_id;
  EXPECT_EQ(events(long_element), "00081140 SQ[ { " + patient_id_event + " } ]");
  EXPECT_EQ(defects_in(long_element), "overlong_item 00081140");
  const std::string long_item =
      hex("0800 4011") + "SQ" + hex("0000 08000000") + encode_item({text(0x00100020, "LO", "4711")});
  EXPECT_EQ(events(long_item + patient_id),
            "00081140 SQ[ { " + patient_id_event + " } ] " + patient_id_event);
  EXPECT_EQ(defects_in(long_item), "overlong_item 00081140");
}

TEST(reader, stops_at_what_cannot_be_followed) {
  const std::string pixels = hex("E07F 1000") + "OB" + hex("0000 FFFFFFFF");
  const std::pair<std::string, std::string> facts[] = {
      {encode_item({}), "bad_structure"},  // an item outside a sequence
      {patient_id + encode_item({}), patient_id_event + " bad_structure"},
      {hex("FEFF 0DE0 02000000 0000"), "bad_structure"},           // a delimiter with a length
      {open_sequence + patient_id, "00081140 SQ[ bad_structure"},  // no item in a sequence
      {open_sequence + item_begin + encode_item({}), "00081140 SQ[ { bad_structure"},
      {pixels + patient_id, "7FE00010 OB bad_structure"},  // no item among fragments
      {pixels + item_end, "7FE00010 OB bad_structure"},
      {pixels + hex("FEFF 00E0 FFFFFFFF"), "7FE00010 OB truncated"},  // a fragment of undefined length
      {hex("1000 2000") + "LO" + hex("0600") + "4711", "truncated"},  // a value past the end
      {hex("1000 2000") + "UT" + hex("0000 FEFFFFFF") + "4711", "truncated"},
      {hex("0800 4011") + "SQ" + hex("0000 FEFFFFFF"), "00081140 SQ[ truncated"},
      {hex("1000 2000") + "UT" + hex("0000 FFFFFFFF") + "4711....", "00100020 UT bad_structure"},
      {patient_id + "\0"s, patient_id_event + " truncated"},
  };
  for (const auto& [bytes, expected] : facts) EXPECT_EQ(events(bytes), expected) << expected;
}

TEST(reader, knows_where_a_header_is_cut) {
  for (const Encoding encoding : every_encoding) {
    const std::string bytes = encode({value(0x00720065, "OB", ""), text(0x00720066, "LO", "")}, encoding);
    const std::size_t first = encoding.has_vr ? 12 : 8;
    for (std::size_t size = 1; size < bytes.size(); ++size)
      EXPECT_EQ(events(bytes.substr(0, size), syntax_of(encoding)), size < first ? "truncated"
                                                                    : size == first
                                                                        ? "00720065 OB ''"
                                                                        : "00720065 OB '' truncated");
  }
}

// What one pass comes to: each event with its tag, and the fault that ended it. The bytes are copied to
// memory of their own, so that a sanitizer sees a read beyond them.
struct Pass {
  std::vector<std::pair<Event, Tag>> events;
  std::string fault;
};

Pass read_exactly(std::string_view bytes, TransferSyntax syntax) {
  const auto copy = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  Pass pass;
  pass.fault = fault_in([&] {
    Defects defects;
    Reader reader({Bytes(copy.get(), bytes.size())}, syntax, Limits{}, defects);
    for (Event event = reader.next(); event != Event::end; event = reader.next()) {
      pass.events.emplace_back(event, reader.element().tag);
      std::string(as_text(reader.element().value));  // touches every byte
    }
  });
  return pass;
}

bool is_end(const std::pair<Event, Tag>& event) {
  return event.first == Event::item_end || event.first == Event::sequence_end;
}

TEST(reader, of_an_object_cut_anywhere_ends_in_a_fault_or_in_good_order) {
  for (const Encoding encoding : every_encoding) {
    for (const DataSet& data_set : {sample(), compressed_sample()}) {
      const std::string bytes = encode(data_set, encoding);
      const Pass whole = read_exactly(bytes, syntax_of(encoding));
      ASSERT_EQ(whole.fault, "");
      std::size_t clean = 0;
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        Pass part = read_exactly(std::string_view(bytes).substr(0, size), syntax_of(encoding));
        ASSERT_TRUE(part.fault.empty() || part.fault == "truncated") << size;
        clean += part.fault.empty() ? 1 : 0;
        // Open items and sequences are closed at the end; what stands before them is as in the whole.
        while (!part.events.empty() && is_end(part.events.back())) part.events.pop_back();
        ASSERT_LE(part.events.size(), whole.events.size()) << size;
        ASSERT_TRUE(std::equal(part.events.begin(), part.events.end(), whole.events.begin())) << size;
      }
      // In good order behind a top-level element; where there are no lengths, inside sequences as well.
      EXPECT_GE(clean, data_set.size());
      EXPECT_TRUE(clean == data_set.size() || !encoding.has_lengths) << clean;
    }
  }
}

TEST(reader, never_reads_beyond_its_bytes_whatever_one_of_them_is) {
  for (const Encoding encoding :
       {explicit_little, without_lengths(explicit_little), without_lengths(implicit_little)}) {
    std::string bytes = encode(compressed_sample(), encoding);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const char wrong : {'\xFF', static_cast<char>(bytes[at] ^ 1)}) {
        const char right = std::exchange(bytes[at], wrong);
        const Pass pass = read_exactly(bytes, syntax_of(encoding));
        EXPECT_LE(pass.events.size(), bytes.size());
        bytes[at] = right;
      }
    }
  }
}

TEST(reader, nests_as_deep_as_the_limit) {
  for (const Encoding encoding : every_encoding) {
    EXPECT_EQ(events(nested(64, encoding), syntax_of(encoding)).find("too_deep"), std::string::npos);
    EXPECT_NE(events(nested(65, encoding), syntax_of(encoding)).find("too_deep"), std::string::npos);
  }
  EXPECT_EQ(read_limited(nested(2, explicit_little), {.depth = 2}), "0040A730 SQ[ { 0040A730 SQ[ { } ] } ]");
  EXPECT_EQ(read_limited(nested(3, explicit_little), {.depth = 2}), "0040A730 SQ[ { 0040A730 SQ[ { too_deep");
  EXPECT_EQ(read_limited(nested(1, explicit_little), {.depth = 0}), "too_deep");
}

TEST(reader, counts_elements_and_items_up_to_the_limit) {
  const std::string bytes =
      encode({sequence(0x00081140, {{text(0x00080100, "SH", "")}, {}}), text(0x00100020, "LO", "")});
  EXPECT_EQ(read_limited(bytes, {.elements = 5}).find("too_large"), std::string::npos);
  EXPECT_EQ(read_limited(bytes, {.elements = 4}), "00081140 SQ[ { 00080100 SH '' } { } ] too_large");
  EXPECT_EQ(read_limited(bytes, {.elements = 3}), "00081140 SQ[ { 00080100 SH '' } too_large");
}

TEST(reader, counts_elements_outside_sequences_by_themselves) {
  const std::string bytes =
      encode({sequence(0x00081140, {{text(0x00080100, "SH", "")}, {}}), text(0x00100020, "LO", "")});
  EXPECT_EQ(read_limited(bytes, {.root_elements = 2}).find("too_large"), std::string::npos);
  EXPECT_EQ(read_limited(bytes, {.root_elements = 1}), "00081140 SQ[ { 00080100 SH '' } { } ] too_large");
}

TEST(reader, passes_over_gaps) {
  const DataSet before = {text(0x00080016, "UI", "1.2")}, after = {text(0x00100020, "LO", "4711")};
  for (const Encoding encoding : every_encoding) {
    const std::string head = encode(before, encoding);
    std::string kept = head + encode({value(0x00091001, "OB", std::string(300, 'x'))}, encoding);
    kept.resize(kept.size() - 300);
    const std::size_t at = kept.size();
    kept += encode(after, encoding);
    EXPECT_EQ(
        read_kept(kept, {{at, 300}}, syntax_of(encoding)),
        "00080016 UI '1.2\\00' 00091001 "s + (encoding.has_vr ? "OB" : "UN") + " ~300 00100020 LO '4711'");
  }
}

TEST(reader, passes_over_a_gap_in_an_item) {
  const std::string bytes =
      encode({sequence(0x00081140, {{value(0x00420011, "OB", "0123456789"), text(0x00420012, "LO", "ab")}}),
              value(0x7FE00010, "OW", "pixels"), text(0xFFFCFFFC, "OB", "zz")});
  const std::size_t first = bytes.find("0123456789"), second = bytes.find("pixels");
  std::string kept = bytes;
  kept.erase(second, 6).erase(first, 10);
  EXPECT_EQ(read_kept(kept, {{first, 10}, {second - 10, 6}}),
            "00081140 SQ[ { 00420011 OB ~10 00420012 LO 'ab' } ] 7FE00010 OW ~6 FFFCFFFC OB 'zz'");
}

TEST(reader, passes_over_a_gap_of_fragments) {
  const std::string bytes = encode({fragments(0x7FE00010, "OB", {"", "abcd"}), text(0xFFFCFFFC, "OB", "zz")});
  std::string kept = bytes;
  EXPECT_EQ(read_kept(kept.erase(12, 8 + 8 + 4), {{12, 20}}), "7FE00010 OB ~20 FFFCFFFC OB 'zz'");
}

TEST(reader, refuses_a_gap_that_is_no_whole_value) {
  const std::string kept = hex("E07F 1000") + "OW" + hex("0000 06000000");
  EXPECT_EQ(read_kept(kept, {{12, 6}}), "7FE00010 OW ~6");
  for (const std::uint64_t length : {1u, 4u, 5u, 7u, 1000u})
    EXPECT_EQ(read_kept(kept, {{12, length}}), "bad_argument");
}

TEST(reader, of_a_beginning_may_end_inside_pixel_data) {
  const DataSet before = {text(0x00100020, "LO", "4711")};
  const std::pair<Entry, std::string> facts[] = {{words(0x7FE00010, "OW", 2, "abcdef"), "OW"},
                                                 {fragments(0x7FE00010, "OB", {"", "abcd", "efgh"}), "OB"}};
  for (const auto& [pixels, vr] : facts) {
    for (const Encoding encoding : {explicit_little, explicit_big}) {
      const std::string head = encode(before, encoding), bytes = head + encode({pixels}, encoding);
      const std::size_t value_at = head.size() + 12;
      for (std::size_t cut = head.size(); cut < bytes.size(); ++cut) {
        const std::string read = events(bytes.substr(0, cut), syntax_of(encoding), true);
        if (cut == head.size())
          EXPECT_EQ(read, patient_id_event);
        else if (cut < value_at)
          EXPECT_EQ(read, patient_id_event + " truncated") << cut;
        else
          EXPECT_TRUE(read.starts_with(patient_id_event + " 7FE00010 " + vr) && !read.ends_with("truncated"))
              << read;
      }
    }
  }
  EXPECT_EQ(events(hex("E07F 1000") + "OW" + hex("0000 06000000") + "abc", {}, true), "7FE00010 OW ~6");
}

TEST(reader, of_a_beginning_may_end_nowhere_else) {
  for (const std::string& bytes : {hex("1000 2000") + "LO" + hex("0600") + "abc", hex("1000 20"),
                                   hex("8800 0002") + "SQ" + hex("0000 FFFFFFFF FEFF00E0FFFFFFFF E07F 1000") +
                                       "OW" + hex("0000 06000000") + "abc"})
    EXPECT_TRUE(events(bytes, {}, true).ends_with("truncated")) << events(bytes, {}, true);
}

}  // namespace
}  // namespace pgpacs::dicom
