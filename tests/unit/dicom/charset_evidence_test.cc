#include "extension/dicom/charset_evidence.h"

#include <gtest/gtest.h>

#include "extension/dicom/utf8.h"
#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

// What is collected from the first element of a data set.
std::string collect(std::string_view bytes) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, {}, Limits{}, defects);
  reader.next();
  const Tag first = reader.element().tag;
  const std::string texts = collect_texts(reader, CharacterSet{}, Limits{}.large_value);
  EXPECT_EQ(reader.element().tag, first);
  EXPECT_EQ(reader.position(), 8 + reader.element().length);
  return texts;
}

const Entry name = value(0x00100010, "PN", "\xC0\xC1");
const Entry comments = value(0x00104000, "LT", "\xC2\xC3");

TEST(charset_evidence, is_what_is_not_ASCII_of_texts) {
  EXPECT_EQ(collect(encode({name, text(0x00100020, "LO", "ascii"), value(0x00100040, "CS", "\xD0\xD1"),
                            comments, value(0x7FE00010, "OW", "\xD2\xD3")})),
            "\xC0\xC1\n\xC2\xC3\n");
  EXPECT_EQ(collect(encode({name, text(0x00110010, "LO", "MAKER "), value(0x00111000, "LO", "\xD0\xD1")})),
            "\xC0\xC1\n");
}

TEST(charset_evidence, is_of_items_unless_they_have_a_set_of_their_own) {
  const Entry own = text(0x00080005, "CS", "ISO_IR 126"), none = text(0x00080005, "CS", "ISO_IR 6");
  const Entry inner = sequence(0x00081110, {{comments}});
  EXPECT_EQ(collect(encode({name, sequence(0x00400275, {{own, inner, comments}, {none, name}, {comments}})})),
            "\xC0\xC1\n\xC0\xC1\n\xC2\xC3\n");
}

TEST(charset_evidence, is_bounded) {
  const std::string much = "A" + std::string(4000, '\xC2');
  const std::string texts =
      collect(encode({name, value(0x00104000, "LT", much), value(0x00204000, "LT", much)}));
  EXPECT_LE(texts.size(), 4098u);
  EXPECT_TRUE(texts.ends_with("A\n"));  // a text is not cut inside a word
  EXPECT_EQ(collect(encode({name, sequence(0x00400275, std::vector<DataSet>(5000, DataSet{})), comments})),
            "\xC0\xC1\n");
}

TEST(charset_evidence, is_what_the_header_of_an_object_has_as_well_as_the_whole) {
  EXPECT_EQ(collect(encode({name, value(0x7FE00010, "OW", "\1\2"), value(0xFFFCFFFC, "LO", "\xD0\xD1")})),
            "\xC0\xC1\n");
  EXPECT_EQ(collect(encode({name, value(0x0008010C, "UT", std::string(20000, '\xC2')), comments})),
            "\xC0\xC1\n\xC2\xC3\n");
  EXPECT_EQ(collect(encode({name, fragments(0x00189000, "OB", {"", "ab"}), comments})), "\xC0\xC1\n");
}

TEST(charset_evidence, ends_where_the_data_cannot_be_read_further) {
  const std::string bytes = encode({name, comments});
  EXPECT_EQ(collect(bytes.substr(0, bytes.size() - 1)), "\xC0\xC1\n");
}

}  // namespace
}  // namespace pgpacs::dicom
