#include "extension/dicom/header_scanner.h"

#include <gtest/gtest.h>

#include <tuple>
#include <utility>

#include "tests/unit/dicom/sample.h"
#include "tests/unit/dicom/scanning.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};

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
  const std::string stray = hex("FEFF 0100 00000000");
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

}  // namespace
}  // namespace pgpacs::dicom
