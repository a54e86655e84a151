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

std::string read_kept(std::string_view bytes, std::vector<Gap> gaps, TransferSyntax syntax = {}) {
  Defects defects;
  Reader reader({as_bytes(bytes), gaps}, syntax, Limits{}, defects);
  return events(reader);
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
