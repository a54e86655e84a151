#include "extension/dicom/content.h"

#include <gtest/gtest.h>

#include <set>

#include "extension/dicom/header_scanner.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

// The canonical form of a data set as the daemon makes it: from the kept header, and what was left out
// fetched in pieces of `piece` bytes.
std::string canonical(const DataSet& data_set, Encoding encoding = explicit_little, std::size_t piece = 4096,
                      const Limits& limits = {}) {
  const std::string bytes = encode(data_set, encoding);
  HeaderScanner scanner(syntax_of(encoding), limits);
  scanner.feed(as_bytes(bytes));
  scanner.finish();
  const auto fetch = [&](std::uint64_t at, std::uint64_t length, const ContentSink& to) {
    for (std::string_view rest = std::string_view(bytes).substr(at, length); !rest.empty();) {
      const std::string_view part = rest.substr(0, piece);
      to(as_bytes(part));
      rest.remove_prefix(part.size());
    }
  };
  std::string out;
  Defects defects;
  Reader reader({scanner.header(), scanner.gaps()}, scanner.syntax(), limits, defects);
  write_content(reader, fetch, [&](Bytes bytes_of_it) { out += as_text(bytes_of_it); });
  return out;
}

const Entry name = text(0x00100010, "PN", "Doe^John"), id = text(0x00100020, "LO", "4711");

TEST(content, is_the_same_in_every_encoding) {
  for (const Encoding encoding : every_encoding) {
    EXPECT_EQ(canonical(sample(), encoding), canonical(sample()));
    if (encoding.is_big_endian) continue;  // compressed pixels are little endian (PS3.5 A.4)
    EXPECT_EQ(canonical(compressed_sample(), encoding), canonical(compressed_sample()));
  }
}

TEST(content, is_the_same_for_private_elements_whose_VR_is_not_known) {
  const DataSet data_set = {text(0x00090010, "LO", "ACME"), text(0x00091001, "LO", "odd"),
                            text(0x00091002, "UT", "odd"), numbers(0x00091003, "FD", {1.5}),
                            numbers(0x00091004, "AT", {0x00100010})};
  for (const Encoding encoding : every_encoding)
    EXPECT_EQ(canonical(data_set, encoding), canonical(data_set));
  // Sequences too where their lengths are undefined: else implicit VR keeps them closed.
  const DataSet nested = {sequence(0x00091001, {{id}, {}})};
  EXPECT_EQ(canonical(nested, without_lengths(implicit_little)), canonical(nested));
}

TEST(content, is_the_same_where_values_are_left_out) {
  for (const Encoding encoding : every_encoding) {
    const Limits small{.large_value = 6};
    const std::string expected = canonical(sample(), explicit_little, 4096, small);
    // Numbers of big endian are turned around whatever the pieces are in which they come.
    for (const std::size_t piece : {1, 2, 3, 5, 7, 4096})
      EXPECT_EQ(canonical(sample(), encoding, piece, small), expected) << piece;
  }
}

TEST(content, holds_no_group_lengths_no_trailing_padding_and_no_padding_of_texts) {
  const std::string expected = canonical({value(0x00080018, "UI", "1.2"), value(0x00100010, "PN", "Doe")});
  EXPECT_EQ(canonical({text(0x00080018, "UI", "1.2"), text(0x00100010, "PN", "Doe")}), expected);
  EXPECT_EQ(canonical({value(0x00080018, "UI", "1.2   "), value(0x00100010, "PN", "Doe  ")}), expected);
  EXPECT_EQ(canonical({numbers(0x00080000, "UL", {8}), text(0x00080018, "UI", "1.2"),
                       numbers(0x00100000, "UL", {8}), text(0x00100010, "PN", "Doe"),
                       value(0xFFFCFFFC, "OB", std::string(30000, '\0'))}),
            expected);
}

TEST(content, keeps_blanks_of_binary_values_and_of_what_may_be_binary) {
  for (const auto vr : {"OB", "UN", "OW"})
    EXPECT_NE(canonical({value(0x00720065, vr, "ab")}), canonical({value(0x00720065, vr, "ab  ")}));
  EXPECT_NE(canonical({value(0x00091001, "LO", "ab")}), canonical({value(0x00091001, "LO", "ab  ")}));
}

TEST(content, differs_where_the_data_sets_do) {
  const Entry references = sequence(0x00081140, {{name, id}});
  const DataSet others[] = {
      {name},
      {id},
      {name, id},
      {id, name},
      {text(0x00100010, "PN", "Doe^Johm"), id},
      {text(0x00100010, "PN", "Doe^John4711")},
      {text(0x00100010, "PN", ""), id},
      {text(0x00100011, "PN", "Doe^John"), id},
      {name, id, id},
      {references},
      {sequence(0x00081140, {{name}, {id}})},
      {sequence(0x00081140, {{id, name}})},
      {sequence(0x00081140, {{name, id}, {}})},
      {sequence(0x00081140, {{}, {name, id}})},
      {sequence(0x00081140, {{name}}), id},
      {sequence(0x00081140, {}), name, id},
      {sequence(0x00081140, {{}}), name, id},
      {sequence(0x00081140, {{sequence(0x00081140, {{name, id}})}})},
      {sequence(0x00081140, {{sequence(0x00081140, {{name}}), id}})},
      {fragments(0x7FE00010, "OB", {"", "abcd"})},
      {fragments(0x7FE00010, "OB", {"", "ab", "cd"})},
      {fragments(0x7FE00010, "OB", {"abcd"})},
      {value(0x7FE00010, "OB", "abcd")},
      {value(0x7FE00010, "OB", "abce")},
      {value(0x7FE00010, "OB", "")},
      {numbers(0x00280010, "US", {1})},
      {numbers(0x00280010, "US", {256})},
      {numbers(0x00280010, "US", {1, 0})},
      {words(0x7FE00010, "OW", 2, "badc")},
  };
  std::set<std::string> seen;
  for (const DataSet& data_set : others)
    EXPECT_TRUE(seen.insert(canonical(data_set)).second) << quote(as_bytes(canonical(data_set)));
}

TEST(content, differs_in_each_byte_of_pixels) {
  const std::string pixels = "0123456789abcdef";
  for (const Encoding encoding : {explicit_little, explicit_big}) {
    for (std::size_t at = 0; at < pixels.size(); ++at) {
      std::string other = pixels;
      other[at] = 'x';
      EXPECT_NE(canonical({words(0x7FE00010, "OW", 2, other)}, encoding),
                canonical({words(0x7FE00010, "OW", 2, pixels)}, encoding));
    }
  }
}

}  // namespace
}  // namespace pgpacs::dicom
