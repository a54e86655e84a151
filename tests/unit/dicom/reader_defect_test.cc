#include "extension/dicom/reader.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

const std::string patient_id = encode({text(0x00100020, "LO", "4711")});
const std::string patient_id_event = "00100020 LO '4711'";

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

}  // namespace
}  // namespace pgpacs::dicom
