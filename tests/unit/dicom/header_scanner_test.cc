#include "extension/dicom/header_scanner.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/dicom/deflate.h"
#include "tests/unit/dicom/sample.h"
#include "tests/unit/dicom/scanning.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};

TEST(header_scanner, keeps_what_gives_the_same_JSON_as_the_whole) {
  for (const DataSet& data_set : samples()) {
    for (const Encoding encoding : every_encoding) {
      const std::string bytes = encode(data_set, encoding);
      const Scan result = scan(bytes, syntax_of(encoding));
      EXPECT_EQ(to_json(result), whole_json(bytes, syntax_of(encoding)));
      EXPECT_EQ(fill(result, bytes), bytes);
      EXPECT_LT(result.header.size(), 5000u);
    }
  }
}

TEST(header_scanner, keeps_the_same_whatever_the_pieces_are) {
  std::minstd_rand random(1);
  for (const DataSet& data_set : samples()) {
    for (const Encoding encoding : every_encoding) {
      const std::string bytes = encode(data_set, encoding);
      const Scan expected = scan_in([&] { return bytes.size(); }, bytes, syntax_of(encoding));
      const auto expect_same = [&](auto&& next_size) {
        const Scan result = scan_in(next_size, bytes, syntax_of(encoding));
        EXPECT_EQ(result.fault, "");
        EXPECT_EQ(result.header, expected.header);
        EXPECT_TRUE(std::ranges::equal(result.gaps, expected.gaps, [](const Gap& a, const Gap& b) {
          return a.at == b.at && a.length == b.length;
        }));
      };
      for (const std::size_t size : {1, 2, 3, 7, 4096}) expect_same([&] { return size; });
      for (int i = 0; i < 5; ++i) expect_same([&] { return 1 + random() % (random() % 8 == 0 ? 3000 : 20); });
    }
  }
}

TEST(header_scanner, leaves_out_large_values_and_contents) {
  const auto kept = [](const Entry& entry) {
    return scan(encode({entry}), explicit_syntax, {.large_value = 100}).gaps.empty();
  };
  EXPECT_TRUE(kept(value(0x00091001, "OB", std::string(100, 'x'))));
  EXPECT_FALSE(kept(value(0x00091001, "OB", std::string(102, 'x'))));
  EXPECT_FALSE(kept(text(0x0040A160, "UT", std::string(102, 'x'))));
  EXPECT_TRUE(kept(sequence(0x00081140, {image_reference("1"), image_reference("2"), image_reference("3")})));
  for (const std::uint32_t tag : {0x7FE00008u, 0x7FE00009u, 0x7FE00010u, 0x00420011u, 0x54001010u}) {
    EXPECT_FALSE(kept(value(tag, "OB", "ab"))) << std::hex << tag;
    EXPECT_TRUE(kept(value(tag, "OB", ""))) << std::hex << tag;
  }
  EXPECT_TRUE(kept(sequence(0x00880200, {{value(0x7FE00010, "OB", "ab")}})));  // an icon
}

TEST(header_scanner, leaves_out_fragments_up_to_their_delimiter) {
  const std::string bytes = encode({fragments(0x7FE00010, "OB", {"", "abcd"}), text(0xFFFCFFFC, "OB", "zz")});
  const Scan result = scan(bytes);
  ASSERT_EQ(result.gaps.size(), 1u);
  EXPECT_EQ(result.gaps[0].at, 12u);
  EXPECT_EQ(result.gaps[0].length, 20u);
  // Without any there is no gap, and later gaps are still found.
  const std::string none =
      encode({sequence(0x00880200, {{fragments(0x7FE00010, "OB", {})}}), value(0x7FE00010, "OW", "ab")});
  EXPECT_EQ(scan(none).gaps.size(), 1u);
  EXPECT_EQ(to_json(scan(none)), whole_json(none, explicit_syntax));
}

TEST(header_scanner, takes_as_much_memory_as_the_header) {
  const std::string head =
      encode({text(0x00080018, "UI", "1.2")}) + hex("E07F 1000") + "OB" + hex("0000 00000004");
  const std::string piece(1 << 16, 'x');
  HeaderScanner scanner(explicit_syntax, {.header_bytes = 1000});
  scanner.feed(as_bytes(head));
  for (int i = 0; i < 0x400; ++i) scanner.feed(as_bytes(piece));  // 64 MiB
  scanner.finish();
  EXPECT_EQ(as_text(scanner.header()), head);
  EXPECT_EQ(scanner.gaps()[0].length, 0x4000000u);
}

TEST(header_scanner, finds_the_UIDs_of_the_top_level) {
  const auto find = [](const DataSet& data_set, Tag tag) {
    const std::string bytes = encode(data_set);
    HeaderScanner scanner(explicit_syntax, Limits{});
    for (const char& c : bytes) scanner.feed(as_bytes({&c, 1}));
    return std::string(scanner.find(tag));
  };
  EXPECT_EQ(find(sample(), tags::sop_class_uid), "1.2.840.10008.5.1.4.1.1.2");
  EXPECT_EQ(find(sample(), tags::sop_instance_uid), "1.2.3.4.5");
  EXPECT_EQ(find(sample(), tags::study_instance_uid), "1.2.3");
  EXPECT_EQ(find(sample(), tags::series_instance_uid), "1.2.3.4");
  EXPECT_EQ(find(sample(), tags::pixel_data), "");
  EXPECT_EQ(find({sequence(0x00081140, {{text(0x0020000D, "UI", "1.2")}})}, tags::study_instance_uid), "");
  EXPECT_EQ(find({text(0x0020000D, "UI", "1"), text(0x0020000D, "UI", "2")}, tags::study_instance_uid), "1");
  EXPECT_EQ(find({}, tags::study_instance_uid), "");
}

TEST(header_scanner, says_in_which_syntax_the_data_set_really_is) {
  const TransferSyntax implicit_syntax{.is_explicit = false};
  for (const Encoding encoding : {explicit_little, implicit_little}) {
    for (const TransferSyntax named : {explicit_syntax, implicit_syntax}) {
      const std::string bytes = encode(sample(), encoding);
      const Scan result = scan_in([] { return 1; }, bytes, named);
      EXPECT_EQ(result.syntax.is_explicit, encoding.has_vr);
      EXPECT_EQ(to_json(result), whole_json(bytes, syntax_of(encoding)));
    }
  }
}

TEST(header_scanner, of_nothing_is_not_dicom) {
  EXPECT_EQ(scan("").fault, "not_dicom");
}

TEST(header_scanner, leaves_out_what_is_large_in_UN_only) {
  const std::string item = encode_item(
      {text(0x0040A160, "UT", std::string(20000, 'x')), text(0x0040A160, "UT", std::string(20000, 'y'))},
      implicit_little);
  const std::string bytes = encode({value(0x0040A730, "UN", item)});
  EXPECT_EQ(scan(bytes).gaps.size(), 2u);
  const Scan closed = scan(bytes, explicit_syntax, {.unknown_sequence = 1000});
  ASSERT_EQ(closed.gaps.size(), 1u);
  EXPECT_EQ(closed.gaps[0].length, item.size());
  EXPECT_EQ(scan(bytes.substr(0, bytes.size() - 1)).fault, "truncated");
  EXPECT_EQ(scan(bytes, explicit_syntax, {.elements = 3}).fault, "too_large");
  EXPECT_EQ(scan(bytes, explicit_syntax, {.depth = 0}).fault, "too_deep");
}

TEST(header_scanner, inflates_a_deflated_data_set) {
  const TransferSyntax deflated{.is_deflated = true};
  for (const DataSet& data_set : samples()) {
    const std::string bytes = encode(data_set);
    for (const std::size_t size : {1, 7, 4096}) {
      const Scan result = scan_in([&] { return size; }, deflate(bytes), deflated);
      EXPECT_FALSE(result.syntax.is_deflated);
      EXPECT_EQ(to_json(result), whole_json(bytes, explicit_syntax));
      EXPECT_EQ(fill(result, bytes), bytes);
    }
    const std::string stream = deflate(bytes);
    EXPECT_EQ(scan(stream + '\0', deflated).fault, "");  // padding
    for (std::size_t size = 1; size < stream.size(); size += 7)
      EXPECT_EQ(scan(stream.substr(0, size), deflated).fault, "truncated") << size;
  }
  EXPECT_EQ(scan(deflate(encode(sample()).substr(0, 100)), deflated).fault, "truncated");
  EXPECT_EQ(scan(deflate(""), deflated).fault, "not_dicom");
  EXPECT_EQ(scan(encode(sample()), deflated).fault, "bad_structure");
  EXPECT_EQ(scan(deflate(encode({value(0x7FE00010, "OB", std::string(4 << 20, '\0'))})), deflated).fault,
            "too_large");
}

}  // namespace
}  // namespace pgpacs::dicom
