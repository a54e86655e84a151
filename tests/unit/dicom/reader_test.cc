#include "extension/dicom/reader.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};
constexpr TransferSyntax implicit_syntax{.is_explicit = false};
constexpr TransferSyntax big_syntax{.is_big_endian = true};

// `depth` sequences, each in the item of the one before.
std::string nested(int depth, Encoding encoding) {
  DataSet inner;
  for (int i = 0; i < depth; ++i) inner = {sequence(0x0040A730, {inner})};
  return encode(inner, encoding);
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

}  // namespace
}  // namespace pgpacs::dicom
