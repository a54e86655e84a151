#include "extension/dicom/writer.h"

#include <gtest/gtest.h>

#include "extension/dicom/content.h"
#include "tests/unit/dicom/sample.h"
#include "tests/unit/dicom/writing.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};

const Entry patient = text(0x00100010, "PN", "Doe^John"), id = text(0x00100020, "LO", "4711");

std::string content_of(std::string_view bytes, TransferSyntax syntax) {
  std::string content;
  Defects defects;
  Reader reader({as_bytes(bytes)}, syntax, Limits{}, defects);
  write_content(
      reader, [](std::uint64_t, std::uint64_t, const ContentSink&) {},
      [&](Bytes piece) { content += as_text(piece); });
  return content;
}

// Without edits -------------------------------------------------------------------------------------------

TEST(writer, leaves_every_byte_where_nothing_is_edited) {
  for (const Encoding encoding : every_encoding)
    for (const DataSet& data_set : {sample(), compressed_sample(), DataSet{}}) {
      const std::string bytes = encode(data_set, encoding);
      EXPECT_EQ(written(bytes, "[]", syntax_of(encoding)), bytes);
      EXPECT_EQ(written(bytes, R"([{"op":"remove","attribute":"00189999","everywhere":true}])",
                        syntax_of(encoding)),
                bytes);
    }
}

TEST(writer, leaves_what_is_against_the_standard_as_it_stands) {
  const std::string one = encode({id});
  for (const std::string& bytes :
       {open_sequence + item_begin + one,                                          // no delimiter
        open_sequence + item_begin + one + sequence_end + one,                     // no item delimiter
        open_sequence + sequence_end + item_end + one + item_end,                  // stray delimiters
        encode({value(0x00100020, "LO", "odd"), value(0x00100010, "PN", "odd")}),  // odd and unordered
        hex("1000 2000") + "ZZ" + hex("0000 02000000") + "ab",                     // a VR of the future
        hex("1000 2000") + "??" + hex("0200") + "ab",                              // no VR
        hex("0800 4011") + "SQ" + hex("0000 08000000 FEFF 00E0 02000000") + one,   // an overlong item
        hex("1000 0000") + "UL" + hex("0400 63000000") + one})                     // a group length that lies
    EXPECT_EQ(written(bytes), bytes) << events(bytes);
}

// Conversion ----------------------------------------------------------------------------------------------

TEST(writer, gives_explicit_VR_little_endian_of_any_encoding) {
  DataSet known = sample();
  // Private elements come without a VR from implicit VR; the order of what is unknown is not turned.
  std::erase_if(known, [](const Entry& entry) { return entry.tag == 0x00091001 || entry.tag == 0x00091002; });
  for (const Encoding encoding : every_encoding) {
    Encoding wanted = explicit_little;
    wanted.has_lengths = encoding.has_lengths;
    const std::string bytes = encode(known, encoding);
    EXPECT_EQ(written(bytes, "[]", syntax_of(encoding), WriteAs::explicit_little_endian),
              encode(known, wanted));
  }
  const std::string closed = encode({text(0x00091001, "LO", "ab")}, implicit_little);
  EXPECT_EQ(written(closed, "[]", {.is_explicit = false}, WriteAs::explicit_little_endian),
            encode({value(0x00091001, "UN", "ab")}));
}

TEST(writer, converts_to_implicit_VR) {
  for (const Encoding encoding : every_encoding) {
    Encoding wanted = implicit_little;
    wanted.has_lengths = encoding.has_lengths;
    EXPECT_EQ(written(encode(sample(), encoding), "[]", syntax_of(encoding), WriteAs::implicit_little_endian),
              encode(sample(), wanted));
  }
}

TEST(writer, puts_no_compressed_pixels_into_implicit_VR) {  // PS3.5 A.4
  const std::string fragments =
      hex("E07F 1000") + "OB" + hex("0000 FFFFFFFF") + hex("FEFF 00E0 00000000") + hex("FEFF DDE0 00000000");
  EXPECT_EQ(fault_in([&] { written(fragments, "[]", {}, WriteAs::implicit_little_endian); }),
            "bad_structure");
}

TEST(writer, converts_to_what_contains_the_same) {
  for (const Encoding encoding : every_encoding) {
    const std::string bytes = encode(sample(), encoding);
    const std::string out = written(bytes, "[]", syntax_of(encoding), WriteAs::explicit_little_endian);
    EXPECT_EQ(content_of(out, explicit_syntax), content_of(bytes, syntax_of(encoding)));
  }
}

TEST(writer, leaves_unknown_sequences_in_implicit_VR) {  // PS3.5 6.2.2
  const std::string content = item_begin + encode({id}, implicit_little) + item_end + sequence_end;
  const std::string implicit = hex("0900 0110 FFFFFFFF") + content;
  EXPECT_EQ(written(implicit, "[]", {.is_explicit = false}, WriteAs::explicit_little_endian),
            hex("0900 0110") + "UN" + hex("0000 FFFFFFFF") + content);
  const std::string big = hex("0009 1001") + "UN" + hex("0000 FFFFFFFF") + content;
  EXPECT_EQ(written(big, "[]", {.is_big_endian = true}, WriteAs::explicit_little_endian),
            hex("0900 0110") + "UN" + hex("0000 FFFFFFFF") + content);
  EXPECT_EQ(written(big, R"([{"op":"replace","attribute":"PatientID","value":"12","everywhere":true}])",
                    {.is_big_endian = true}),
            hex("0009 1001") + "UN" + hex("0000 FFFFFFFF") + item_begin +
                encode({text(0x00100020, "LO", "12")}, implicit_little) + item_end + sequence_end);
}

TEST(writer, makes_UN_of_what_is_too_long_for_its_VR) {  // PS3.5 6.2.2
  const std::string longest(65534, 'x'), longer(65536, 'x');
  EXPECT_EQ(written(encode({value(0x00204000, "LT", longest)}, implicit_little), "[]", {.is_explicit = false},
                    WriteAs::explicit_little_endian),
            encode({value(0x00204000, "LT", longest)}));
  EXPECT_EQ(written(encode({value(0x00204000, "LT", longer)}, implicit_little), "[]", {.is_explicit = false},
                    WriteAs::explicit_little_endian),
            encode({value(0x00204000, "UN", longer)}));
}

TEST(writer, drops_group_lengths_where_it_converts) {  // retired (PS3.5 7.2)
  const std::string bytes = encode({numbers(0x00100000, "UL", {12}), id}, implicit_little);
  EXPECT_EQ(written(bytes, "[]", {.is_explicit = false}, WriteAs::explicit_little_endian), encode({id}));
}

TEST(writer, keeps_a_VR_that_it_does_not_know_where_it_converts) {
  const std::string bytes =
      hex("0010 0020") + "ZZ" + hex("0000 00000002") + "ab" + hex("0010 0021") + "??" + hex("0002") + "cd";
  EXPECT_EQ(
      written(bytes, "[]", {.is_big_endian = true}, WriteAs::explicit_little_endian),
      hex("1000 2000") + "ZZ" + hex("0000 02000000") + "ab" + hex("1000 2100") + "??" + hex("0200") + "cd");
}

TEST(writer, is_bounded) {
  const std::string bytes = encode({patient, id});
  EXPECT_EQ(fault_in([&] { write({as_bytes(bytes)}, {}, Edits{}, WriteAs::it_came, bytes.size() - 1); }),
            "too_large");
  EXPECT_EQ(write({as_bytes(bytes)}, {}, Edits{}, WriteAs::it_came, bytes.size()).bytes.size(), bytes.size());
}

}  // namespace
}  // namespace pgpacs::dicom
