#include "extension/dicom/header_scanner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <utility>

#include "extension/dicom/part10.h"
#include "tests/unit/dicom/deflate.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};

struct Scan {
  std::string header, fault;
  std::vector<Gap> gaps;
  TransferSyntax syntax;
};

// Feeds the bytes in pieces that `next_size` chooses.
template <typename NextSize>
Scan scan_in(NextSize&& next_size, std::string_view bytes, TransferSyntax syntax, const Limits& limits = {}) {
  HeaderScanner scanner(syntax, limits);
  Scan result;
  result.fault = fault_in([&] {
    while (!bytes.empty()) {
      const std::size_t size = std::min<std::size_t>(next_size(), bytes.size());
      scanner.feed(as_bytes(bytes.substr(0, size)));
      bytes.remove_prefix(size);
    }
    scanner.finish();
  });
  result.header = as_text(scanner.header());
  result.gaps = scanner.gaps();
  result.syntax = scanner.syntax();
  return result;
}

Scan scan(std::string_view bytes, TransferSyntax syntax = {}, const Limits& limits = {}) {
  return scan_in([] { return 4096; }, bytes, syntax, limits);
}

std::string to_json(const Scan& scan) {
  Defects defects;
  return scan.fault.empty() ? to_json({as_bytes(scan.header), scan.gaps}, scan.syntax, defects) : scan.fault;
}

// The same from the whole data set at once.
std::string whole_json(std::string_view bytes, TransferSyntax syntax) {
  Defects defects;
  return to_json(bytes, check_syntax(as_bytes(bytes), syntax, defects));
}

// The data set again: what is kept, and in each gap the bytes of the original.
std::string fill(const Scan& scan, std::string_view original) {
  std::string all;
  std::size_t at = 0;
  for (const Gap& gap : scan.gaps) {
    all += scan.header.substr(at, gap.at - at);
    at = gap.at;
    all += original.substr(all.size(), gap.length);
  }
  return all + scan.header.substr(at);
}

// Values of every kind that are left out: large ones at the top and in items, contents however small.
DataSet large_sample() {
  const std::string large(20000, 'x');
  return {text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.104.1"),
          text(0x00080018, "UI", "1.2.3"),
          value(0x00091001, "OB", large),
          sequence(0x0040A730, {{text(0x0040A160, "UT", large), text(0x0040A123, "PN", "Doe^John")},
                                {sequence(0x0040A730, {{text(0x0040A160, "UT", large)}, {}})}}),
          value(0x00420011, "OB", "%PDF"),
          sequence(0x54000100, {{text(0x003A0020, "SH", "x"), value(0x54001010, "OW", "wave")}}),
          value(0x7FE00010, "OB", large + large)};
}

std::vector<DataSet> samples() {
  return {sample(), compressed_sample(), large_sample()};
}

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

TEST(header_scanner, knows_that_an_object_is_cut_wherever_the_reader_does) {
  for (const DataSet& data_set : {sample(), compressed_sample()}) {
    for (const Encoding encoding : {without_lengths(explicit_little), implicit_little}) {
      const std::string bytes = encode(data_set, encoding);
      for (std::size_t size = 8; size < bytes.size(); ++size) {
        const std::string_view part = std::string_view(bytes).substr(0, size);
        Defects defects;
        Reader reader({as_bytes(part)}, syntax_of(encoding), Limits{}, defects);
        const std::string expected = fault_in([&] {
          while (reader.next() != Event::end) {
          }
        });
        ASSERT_EQ(scan(part, syntax_of(encoding)).fault, expected) << size;
      }
    }
  }
}

TEST(header_scanner, knows_that_an_outer_item_is_cut_behind_an_inner_one_without_length) {
  const std::string inner = hex("FEFF 00E0 FFFFFFFF") + encode({text(0x00080100, "SH", "ab")});
  const auto outer = [&](const char* length) {
    return hex("0800 4011") + "SQ" + hex("0000") + hex(length) + inner;
  };
  EXPECT_EQ(scan(outer("FFFFFFFF")).fault, "");
  EXPECT_EQ(scan(outer("12000000")).fault, "");
  EXPECT_EQ(scan(outer("13000000")).fault, "truncated");
  EXPECT_EQ(whole_json(outer("13000000"), explicit_syntax), "truncated");
}

TEST(header_scanner, reads_as_the_reader_does_whatever_is_wrong) {
  const std::string item_begin = hex("FEFF 00E0 FFFFFFFF"), item_end = hex("FEFF 0DE0 00000000");
  const std::string sequence_end = hex("FEFF DDE0 00000000"), stray = hex("FEFF 0100 00000000");
  const std::string open_sequence = hex("0800 4011") + "SQ" + hex("0000 FFFFFFFF");
  const std::string id = encode({text(0x00100020, "LO", "4711")}),
                    pixels = encode({value(0x7FE00010, "OB", "abcdef")});
  const std::string unknown = hex("0900 0110") + "ZZ" + hex("0000 FFFFFFFF") +
                              encode_item({text(0x00100020, "LO", "9")}, implicit_little) + sequence_end;
  const std::string facts[] = {
      open_sequence + item_begin + id + sequence_end + pixels,
      open_sequence + item_begin + stray + id + item_end + sequence_end + pixels,
      open_sequence + item_begin + hex("FEFF 0100 02000000 0000") + item_end + sequence_end + pixels,
      open_sequence + item_begin + id,
      open_sequence + item_begin + id + item_end + item_end + sequence_end + pixels,
      hex("0800 4011") + "SQ" + hex("0000 08000000") + item_begin + sequence_end + pixels,
      hex("0800 4011") + "SQ" + hex("0000 10000000") + item_begin + sequence_end + pixels,
      hex("0800 4011") + "SQ" + hex("0000 10000000") + item_begin + item_end + pixels,
      hex("0800 4011") + "SQ" + hex("0000 10000000 FEFF 00E0 08000000") + id + pixels,
      id + item_end + pixels,
      id + sequence_end + pixels,
      id + hex("FEFF 0DE0 02000000 0000") + pixels,
      id + encode_item({}) + pixels,
      open_sequence + id + pixels,
      unknown + id + pixels,
      id + hex("E07F 1000") + "OB" + hex("0000 FFFFFFFF") + item_end + sequence_end,
      id + hex("E07F 1000") + "OB" + hex("0000 FFFFFFFF FEFF 00E0 02000000 0000") + item_end + sequence_end,
      id + hex("E07F 1000") + "OB" + hex("0000 FFFFFFFF") + id,
      id + hex("1000 4000") + "CS" + hex("0100 4D") + pixels,
      id + hex("1000 4000") + "??" + hex("0200") + "ab" + pixels,
      id + hex("1000 4000 0000 0200") + "ab" + pixels,
      pixels + id + pixels,
  };
  for (std::size_t i = 0; i < std::size(facts); ++i) {
    const std::string whole = whole_json(facts[i], explicit_syntax);
    EXPECT_EQ(to_json(scan(facts[i])), whole) << i;
    EXPECT_EQ(to_json(scan_in([] { return 1; }, facts[i], explicit_syntax)), whole) << i;
  }
}

TEST(header_scanner, reads_UN_of_undefined_length_as_implicit_VR_little_endian) {
  const std::string content =
      encode_item({numbers(0x00280010, "US", {1}), value(0x00420011, "OB", "ab")}, implicit_little) +
      hex("FEFF DDE0 00000000");
  const std::string bytes = hex("0009 1001") + "UN" + hex("0000 FFFFFFFF") + content +
                            encode({value(0x7FE00010, "OW", "ab")}, explicit_big);
  const TransferSyntax big{.is_big_endian = true};
  EXPECT_EQ(scan(bytes, big).gaps.size(), 2u);
  EXPECT_EQ(to_json(scan(bytes, big)), whole_json(bytes, big));
}

// Sequences that only a dictionary calls so, small and large, that can be followed and that cannot.
TEST(header_scanner, looks_into_UN_as_the_reader_does) {
  const std::string large(20000, 'x');
  const std::string small_item = encode_item({text(0x0040A160, "UT", "ab")}, implicit_little);
  const std::string large_item =
      encode_item({text(0x0040A160, "UT", large), sequence(0x0040A730, {{value(0x54001010, "OW", "wave")}})},
                  implicit_little);
  const Entry id = text(0x00100020, "LO", "4711"), creator = text(0x00290010, "LO", "CARDIO-D.R. 1.0");
  for (const std::string& content :
       {small_item, large_item, large_item + small_item, std::string("abcd"), large, large_item + "ab",
        large_item.substr(2), std::string(), small_item + hex("FEFF 00E0 FFFFFFFF"),
        small_item + hex("FEFF 00E0 FFFFFFFF FEFF DDE0 00000000")}) {
    for (const std::uint32_t tag : {0x0040A730u, 0x00291000u, 0x00291001u, 0x00420011u}) {
      for (const char* vr : {"UN", "OB"}) {
        for (const Encoding encoding : {explicit_little, explicit_big, implicit_little}) {
          if (encoding.has_vr ? vr[0] == 'O' : tag == 0x0040A730u) continue;
          const DataSet item = {creator, value(tag, vr, content), id};
          for (const DataSet& data_set : {item, DataSet{sequence(0x00081140, {item, item})}}) {
            const std::string bytes = encode(data_set, encoding);
            for (const std::size_t piece : {std::size_t{1}, std::size_t{999}, bytes.size()}) {
              const Scan result = scan_in([&] { return piece; }, bytes, syntax_of(encoding));
              EXPECT_EQ(to_json(result), whole_json(bytes, syntax_of(encoding)));
              EXPECT_EQ(fill(result, bytes), bytes);
              EXPECT_LT(result.header.size(), 1000u);
            }
          }
        }
      }
    }
  }
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

TEST(header_scanner, reads_file_meta_information_in_front_as_the_reader_does) {
  const DataSet meta = {value(0x00020001, "OB", hex("0001")), text(0x00020010, "UI", "1.2")};
  for (const Encoding head : {explicit_little, implicit_little}) {
    for (const Encoding encoding : {explicit_little, implicit_little, explicit_big}) {
      for (const TransferSyntax named :
           {explicit_syntax, TransferSyntax{.is_explicit = false}, syntax_of(encoding)}) {
        const std::string bytes = encode(meta, head) + encode(sample(), encoding);
        const Scan result = scan_in([] { return 1; }, bytes, named);
        EXPECT_EQ(to_json(result), whole_json(bytes, named));
        EXPECT_EQ(to_json(result), whole_json(encode(sample(), encoding), syntax_of(encoding)));
      }
    }
  }
}

TEST(header_scanner, reads_as_the_reader_does_whatever_one_byte_is) {
  const auto is_fault = [](const std::string& json) { return !json.starts_with('{'); };
  const std::tuple<Encoding, std::size_t, int> facts[] = {
      {without_lengths(explicit_little), 1, 0x01}, {explicit_big, 3, 0x80}, {implicit_little, 3, 0xFF}};
  for (const auto& [encoding, step, change] : facts) {
    std::string bytes = encode(compressed_sample(), encoding);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      const char right = std::exchange(bytes[at], static_cast<char>(bytes[at] ^ change));
      const std::string whole = whole_json(bytes, syntax_of(encoding)),
                        kept = to_json(scan(bytes, syntax_of(encoding)));
      ASSERT_TRUE(kept == whole || (is_fault(kept) && is_fault(whole))) << at << '\n'
                                                                        << kept << '\n'
                                                                        << whole;
      bytes[at] = right;
    }
  }
}

// `depth` sequences, each in the item of the one before, around `inner`.
std::string nested(int depth, DataSet inner = {}) {
  for (int i = 0; i < depth; ++i) inner = {sequence(0x0040A730, {inner})};
  return encode(inner, without_lengths(explicit_little));
}

TEST(header_scanner, nests_as_deep_as_the_limit) {
  EXPECT_EQ(scan(nested(64)).fault, "");
  EXPECT_EQ(scan(nested(65)).fault, "too_deep");
  EXPECT_EQ(scan(nested(2), explicit_syntax, {.depth = 2}).fault, "");
  EXPECT_EQ(scan(nested(3), explicit_syntax, {.depth = 2}).fault, "too_deep");
  EXPECT_EQ(scan(nested(2, {fragments(0x7FE00010, "OB", {"ab"})}), explicit_syntax, {.depth = 2}).fault, "");
}

TEST(header_scanner, stops_at_a_limit_as_soon_as_that_is_sure) {
  const std::string open = hex("40 00 30 A7") + "SQ" + hex("0000 FFFFFFFF FEFF 00E0 FFFFFFFF");
  HeaderScanner deep(explicit_syntax, {.depth = 10});
  for (int i = 0; i < 10; ++i) deep.feed(as_bytes(open));
  EXPECT_EQ(fault_in([&] { deep.feed(as_bytes(open)); }), "too_deep");

  HeaderScanner large(explicit_syntax, {.header_bytes = 1000});
  const std::string value = encode({text(0x00104000, "LT", std::string(490, 'x'))});
  large.feed(as_bytes(value));
  EXPECT_EQ(fault_in([&] { large.feed(as_bytes(value + value)); }), "too_large");
  EXPECT_LE(large.header().size(), 1000u);
}

TEST(header_scanner, counts_elements_and_items_as_the_reader_does) {
  const std::string bytes =
      encode({sequence(0x00081140, {{text(0x00080100, "SH", "")}, {}}), text(0x00100020, "LO", "")},
             without_lengths(explicit_little));
  for (std::uint32_t limit = 1; limit < 12; ++limit) {
    for (const Limits limits : {Limits{.elements = limit}, Limits{.root_elements = limit}}) {
      Defects defects;
      Reader reader({as_bytes(bytes)}, explicit_syntax, limits, defects);
      const std::string expected = fault_in([&] {
        while (reader.next() != Event::end) {
        }
      });
      EXPECT_EQ(scan(bytes, explicit_syntax, limits).fault, expected) << limit;
    }
  }
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
