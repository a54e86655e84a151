#include "extension/dicom/frames.h"

#include <gtest/gtest.h>

#include "extension/dicom/header_scanner.h"
#include "tests/unit/dicom/reading.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr std::string_view native = "1.2.840.10008.1.2.1";
constexpr std::string_view jpeg_baseline = "1.2.840.10008.1.2.4.50";
constexpr std::string_view mpeg2 = "1.2.840.10008.1.2.4.100";

struct Found {
  std::string frames;  // "0+10 18+20": at, from the value of Pixel Data, and length; or a fault
  std::string defects;
  bool is_derived = false;
};

// As the extension finds them: the stream in pieces, then the header that is kept of it.
Found find(const DataSet& data_set, std::string_view uid, std::size_t piece = 4096,
           const Limits& limits = {}) {
  const std::string bytes = encode(data_set);
  Found found;
  Defects defects;
  found.frames =
      fault_in([&] {
        HeaderScanner scanner(TransferSyntax{}, limits);
        for (std::size_t at = 0; at < bytes.size(); at += piece)
          scanner.feed(as_bytes(bytes.substr(at, piece)));
        scanner.finish();
        FrameSource source;
        Reader reader({scanner.header(), scanner.gaps()}, scanner.syntax(), limits, defects, true);
        for (Event event = reader.next(); event != Event::end; event = reader.next())
          if (event == Event::element && reader.depth() == 0) source.see(reader.element());
        const std::vector<Frame> frames = find_frames(source, scanner.fragments(), uid, limits, defects);
        for (const Frame& frame : frames)
          found.frames += (found.frames.empty() ? "" : " ") +
                          std::to_string(frame.at - source.pixels.pixel_data_at) + "+" +
                          std::to_string(frame.length);
        found.is_derived =
            frames == derive_frames(without_offset_table(source.pixels, scanner.fragments()), uid, limits);
      }) +
      found.frames;
  found.defects = list(defects);
  return found;
}

DataSet description(std::uint16_t rows, std::uint16_t columns, std::uint16_t samples, std::uint16_t bits,
                    std::string_view frames, std::string_view photometric = "MONOCHROME2") {
  DataSet all = {numbers(0x00280002, "US", {samples}), text(0x00280004, "CS", photometric)};
  if (!frames.empty()) all.push_back(text(0x00280008, "IS", frames));
  all.push_back(numbers(0x00280010, "US", {rows}));
  all.push_back(numbers(0x00280011, "US", {columns}));
  all.push_back(numbers(0x00280100, "US", {bits}));
  return all;
}

DataSet with(DataSet data_set, const Entry& last) {
  data_set.push_back(last);
  return data_set;
}

std::string native_places(const DataSet& shape, std::size_t size, std::uint32_t tag = 0x7FE00010) {
  const Found found =
      find(with(shape, value(tag, tag == 0x7FE00010 ? "OW" : "OF", std::string(size, 'x'))), native);
  EXPECT_TRUE(found.is_derived);
  EXPECT_EQ(found.defects, "");
  return found.frames;
}

TEST(frames, of_native_pixels_follow_each_other) {
  EXPECT_EQ(native_places(description(2, 3, 1, 16, "2"), 24), "0+12 12+12");
  EXPECT_EQ(native_places(description(2, 3, 1, 16, ""), 12), "0+12");
  EXPECT_EQ(native_places(description(3, 3, 3, 8, "2", "RGB"), 54), "0+27 27+27");
  EXPECT_EQ(native_places(description(3, 3, 1, 8, "1"), 10), "0+9");
  EXPECT_EQ(native_places(description(2, 2, 3, 8, "2", "YBR_FULL_422"), 16), "0+8 8+8");
  EXPECT_EQ(native_places(description(2, 2, 3, 8, "2", "YBR_FULL"), 24), "0+12 12+12");
  EXPECT_EQ(native_places(description(1, 2, 1, 32, "2"), 16, 0x7FE00008), "0+8 8+8");
  EXPECT_EQ(native_places(description(1, 1, 1, 64, "2"), 16, 0x7FE00009), "0+8 8+8");
}

TEST(frames, of_one_bit_a_pixel_may_share_a_byte) {
  EXPECT_EQ(native_places(description(4, 4, 1, 1, "2"), 4), "0+2 2+2");
  EXPECT_EQ(native_places(description(3, 4, 1, 1, "3"), 6), "0+2 1+2 3+2");
  EXPECT_EQ(native_places(description(1, 3, 1, 1, "4"), 2), "0+1 0+1 0+2 1+1");
}

TEST(frames, of_native_pixels_end_with_them) {
  EXPECT_EQ(native_places(description(2, 3, 1, 16, "3"), 24), "0+12 12+12");
  EXPECT_EQ(native_places(description(2, 3, 1, 16, "2147483647"), 24), "");
  EXPECT_EQ(native_places(description(65535, 65535, 65535, 65535, "2"), 24), "");
  EXPECT_EQ(native_places(description(0, 3, 1, 16, "1"), 24), "");
  EXPECT_EQ(native_places({numbers(0x00280010, "US", {2})}, 24), "");
  EXPECT_EQ(find(description(2, 3, 1, 16, "2"), native).frames, "");
}

const std::string one = hex("FFD8 FFE0 0010 4A46 4946");
const std::string more = "0123456789";

// Where frames are, and what is noted, in pieces of any size.
std::string places(std::string_view frames, const std::vector<std::string>& items,
                   std::string_view uid = jpeg_baseline, const Limits& limits = {}) {
  const DataSet data_set = with(description(2, 2, 1, 8, frames), fragments(0x7FE00010, "OB", items));
  const Found found = find(data_set, uid, 4096, limits);
  for (const std::size_t piece : {1, 7}) {
    const Found again = find(data_set, uid, piece, limits);
    EXPECT_EQ(again.frames, found.frames);
    EXPECT_EQ(again.defects, found.defects);
  }
  return found.defects.empty() ? found.frames : found.frames + " " + found.defects;
}

TEST(frames, are_one_fragment_each_where_counts_match) {
  EXPECT_EQ(places("", {"", one}), "8+18");
  EXPECT_EQ(places("1", {hex("00000000"), one}), "12+18");
  EXPECT_EQ(places("3", {"", one, more, one}), "8+18 26+18 44+18");
}

TEST(frames, are_one_of_many_fragments_where_there_is_one) {
  EXPECT_EQ(places("1", {"", one, more, more}), "8+54");
  EXPECT_EQ(places("1", {"", one, more, one}), "8+54");
}

TEST(frames, are_where_the_offset_table_says) {
  EXPECT_EQ(places("2", {hex("00000000 24000000"), one, more, more}), "16+36 52+18");
  EXPECT_EQ(places("2", {hex("00000000 24000000"), more, more, more}), "16+36 52+18");
}

TEST(frames, begin_with_codestreams_where_there_is_no_table) {
  EXPECT_EQ(places("2", {"", one, more, one, more}), "8+36 44+36");
  const std::string rle = hex("02000000 40000000 50000000");
  EXPECT_EQ(places("2", {"", rle, more, rle}, "1.2.840.10008.1.2.5"), "8+38 46+20");
}

TEST(frames, are_not_where_a_table_lies) {
  const std::string noted = " bad_offset_table 7FE00010";
  for (const char* table : {"00000000 25000000", "24000000 00000000", "00000000 FFFFFF7F", "00000000",
                            "00000000 12000000 24000000", "04000000 24000000"})
    EXPECT_EQ(places("2", {hex(table), one, more, one}), (hex(table).size() == 4   ? "12+36 48+18"
                                                          : hex(table).size() == 8 ? "16+36 52+18"
                                                                                   : "20+36 56+18") +
                                                             noted)
        << table;
  EXPECT_EQ(places("1", {hex("05000000"), one}), "12+18" + noted);
  EXPECT_EQ(places("2", {hex("00000000 25000000"), more, more, one}),
            " bad_offset_table 7FE00010, bad_frame_count 00280008");
}

TEST(frames, are_not_known_where_fragments_cannot_be_told_apart) {
  const std::string noted = " bad_frame_count 00280008";
  EXPECT_EQ(places("2", {"", one, more, more}), noted);
  EXPECT_EQ(places("2", {"", one, one, one}), noted);
  EXPECT_EQ(places("2", {"", more, one, one}), noted);
  EXPECT_EQ(places("3", {"", one, one}), noted);
  EXPECT_EQ(places("2147483647", {"", one, one}), noted);
  EXPECT_EQ(places("1", {""}), noted);
  Limits limits;
  limits.frames = 2;
  EXPECT_EQ(places("2", {"", one, one}, jpeg_baseline, limits), "8+18 26+18");
  EXPECT_EQ(places("3", {"", one, one, one}, jpeg_baseline, limits), noted);
  EXPECT_EQ(places("1", {"", one, one, one}, jpeg_baseline, limits), noted);
}

TEST(frames, are_none_in_a_video) {
  EXPECT_EQ(places("2", {"", more, more}, mpeg2), "");
  EXPECT_EQ(places("2", {"", more, more}, "1.2.840.10008.1.2.4.107"), "");
  EXPECT_EQ(places("2", {"", more, more}, "1.2.840.10008.1.2.4.106.1"), "");
}

std::string with_extended_table(std::string_view offsets, std::string_view lengths) {
  DataSet data_set = description(2, 2, 1, 8, "2");
  data_set.push_back(words(0x7FE00001, "OV", 8, hex(offsets)));
  data_set.push_back(words(0x7FE00002, "OV", 8, hex(lengths)));
  const Found found =
      find(with(data_set, fragments(0x7FE00010, "OB", {"", more, more, more})), jpeg_baseline);
  return found.defects.empty() ? found.frames : found.frames + " " + found.defects;
}

TEST(frames, are_where_the_extended_offset_table_says) {
  EXPECT_EQ(with_extended_table("0000000000000000 2400000000000000", "0A00000000000000 0A00000000000000"),
            "8+36 44+18");
  for (const auto& [offsets, lengths] :
       {std::pair{"0000000000000000 2400000001000000", "0A00000000000000 0A00000000000000"},
        {"0000000000000000 2400000000000000", "0A00000000000000 1300000000000000"},
        {"0000000000000000 2400000000000000", "0A00000000000000 FFFFFFFFFFFFFFFF"},
        {"2400000000000000 0000000000000000", "0A00000000000000 0A00000000000000"},
        {"1200000000000000 2400000000000000", "0A00000000000000 0A00000000000000"},
        {"0000000000000000 2400000000000000", "0A00000000000000"},
        {"0000000000000000", "0A00000000000000"},
        {"0000000000000000 2400000000000000 0000", ""}})
    EXPECT_EQ(with_extended_table(offsets, lengths), " bad_offset_table 7FE00001, bad_frame_count 00280008")
        << offsets;
}

TEST(frames, that_need_no_row_are_derived) {
  const auto is_derived = [](std::string_view uid, std::string_view frames, const Entry& pixels) {
    return find(with(description(2, 2, 1, 8, frames), pixels), uid).is_derived;
  };
  const auto compressed = [](const std::vector<std::string>& items) {
    return fragments(0x7FE00010, "OB", items);
  };
  EXPECT_TRUE(is_derived(native, "2", value(0x7FE00010, "OB", "12345678")));
  EXPECT_TRUE(is_derived(jpeg_baseline, "1", compressed({"", one})));
  EXPECT_TRUE(is_derived(jpeg_baseline, "1", compressed({hex("00000000"), one, more})));
  EXPECT_FALSE(is_derived(jpeg_baseline, "2", compressed({"", one, one})));
  EXPECT_FALSE(is_derived(native, "1", compressed({"", one})));
  EXPECT_FALSE(is_derived(mpeg2, "1", compressed({"", more})));
  EXPECT_FALSE(is_derived(jpeg_baseline, "2", value(0x7FE00010, "OB", "12345678")));
}

}  // namespace
}  // namespace pgpacs::dicom
