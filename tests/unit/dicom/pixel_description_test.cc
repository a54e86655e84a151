#include "extension/dicom/pixel_description.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

PixelDescription describe(std::string_view bytes, TransferSyntax syntax = {}, std::vector<Gap> gaps = {}) {
  PixelDescription pixels;
  Defects defects;
  Reader reader({as_bytes(bytes), gaps}, syntax, Limits{}, defects, true);
  for (Event event = reader.next(); event != Event::end; event = reader.next())
    if (event == Event::element && reader.depth() == 0) pixels.see(reader.element());
  return pixels;
}

PixelDescription describe(const DataSet& data_set) {
  return describe(encode(data_set));
}

TEST(pixel_description, is_the_same_in_every_encoding) {
  for (const Encoding encoding : every_encoding) {
    const std::string bytes = encode(sample(), encoding);
    const PixelDescription pixels = describe(bytes, syntax_of(encoding));
    EXPECT_EQ(pixels.rows, 2);
    EXPECT_EQ(pixels.columns, 3);
    EXPECT_EQ(pixels.number_of_frames, 2);
    EXPECT_EQ(pixels.samples_per_pixel, 1);
    EXPECT_EQ(pixels.planar_configuration, std::nullopt);
    EXPECT_EQ(pixels.bits_allocated, 16);
    EXPECT_EQ(pixels.bits_stored, 12);
    EXPECT_EQ(pixels.high_bit, 11);
    EXPECT_EQ(pixels.pixel_representation, 1);
    EXPECT_EQ(pixels.photometric_interpretation, "MONOCHROME2");
    EXPECT_TRUE(pixels.has_pixel_data);
    EXPECT_FALSE(pixels.is_encapsulated);
    EXPECT_EQ(pixels.pixel_data_tag, tags::pixel_data);
    EXPECT_EQ(pixels.pixel_data_length, 24u);
    const char* first = encoding.is_big_endian ? "\x01\x00\x03\x02" : "\x00\x01\x02\x03";
    EXPECT_EQ(bytes.substr(pixels.pixel_data_at, 4), std::string_view(first, 4));
  }
}

TEST(pixel_description, of_no_image_is_empty) {
  const PixelDescription pixels = describe({text(0x00100020, "LO", "4711")});
  EXPECT_FALSE(pixels.has_pixel_data);
  EXPECT_EQ(pixels.rows, std::nullopt);
  EXPECT_EQ(pixels.number_of_frames, std::nullopt);
  EXPECT_EQ(pixels.photometric_interpretation, std::nullopt);
}

TEST(pixel_description, is_not_that_of_an_icon) {
  const PixelDescription pixels =
      describe({sequence(0x00880200, {{numbers(0x00280010, "US", {9}), value(0x7FE00010, "OB", "ab")}})});
  EXPECT_FALSE(pixels.has_pixel_data);
  EXPECT_EQ(pixels.rows, std::nullopt);
}

TEST(pixel_description, knows_all_three_kinds_of_pixels) {  // PS3.3 C.7.6.3, C.7.6.24, C.7.6.25
  for (const std::uint32_t tag : {0x7FE00008u, 0x7FE00009u, 0x7FE00010u}) {
    const PixelDescription pixels = describe({value(tag, "OB", "ab")});
    EXPECT_TRUE(pixels.has_pixel_data);
    EXPECT_EQ(pixels.pixel_data_tag, Tag{tag});
    EXPECT_EQ(pixels.pixel_data_length, 2u);
  }
  for (const std::uint32_t tag : {0x7FE00001u, 0x7FE10010u, 0x7F020010u})
    EXPECT_FALSE(describe({value(tag, "OB", "ab")}).has_pixel_data);
  EXPECT_FALSE(describe({value(0x7FE00010, "OW", "")}).has_pixel_data);
}

TEST(pixel_description, has_one_frame_where_none_are_numbered) {
  const auto frames = [](std::string_view number) {
    return describe({text(0x00280008, "IS", number), value(0x7FE00010, "OB", "ab")}).number_of_frames;
  };
  EXPECT_EQ(describe({value(0x7FE00010, "OB", "ab")}).number_of_frames, 1);
  for (const char* number : {"", " ", "0", "-3", "many", "1.5", "99999999999", "2\\3", "++2", "+-2"})
    EXPECT_EQ(frames(number), 1) << number;
  EXPECT_EQ(frames("120"), 120);
  EXPECT_EQ(frames(" 120"), 120);
  EXPECT_EQ(frames("+120"), 120);
  EXPECT_EQ(frames("00120"), 120);
  EXPECT_EQ(frames("2147483647"), 2147483647);
}

TEST(pixel_description, takes_no_number_from_a_cut_value) {
  EXPECT_EQ(describe({value(0x00280010, "US", "")}).rows, std::nullopt);
  EXPECT_EQ(describe({value(0x00280010, "US", "a")}).rows, std::nullopt);
  EXPECT_EQ(describe({numbers(0x00280010, "US", {65535, 1})}).rows, 65535);
}

TEST(pixel_description,
     has_a_photometric_interpretation_in_ascii_or_none) {  // it becomes text of the database
  const auto photometric = [](std::string_view raw) {
    return describe({value(0x00280004, "CS", raw)}).photometric_interpretation;
  };
  EXPECT_EQ(photometric(" YBR_FULL "), "YBR_FULL");
  EXPECT_EQ(photometric(""), "");
  using namespace std::string_view_literals;
  for (const auto raw : {"MONO\xC4ROME"sv, "RGB\0X"sv, "\xFF\xFF"sv})
    EXPECT_EQ(photometric(raw), std::nullopt) << raw;
}

TEST(pixel_description, gives_the_length_of_encapsulated_pixels_where_they_were_left_out) {
  const std::string bytes =
      encode({text(0x00280004, "CS", "RGB"), fragments(0x7FE00010, "OB", {"", "abcd"})});
  const std::size_t at = bytes.find("OB") + 8;
  const PixelDescription whole = describe(bytes);
  EXPECT_TRUE(whole.is_encapsulated);
  EXPECT_EQ(whole.pixel_data_at, at);
  EXPECT_EQ(whole.pixel_data_length, 0u);
  std::string kept = bytes;
  const PixelDescription scanned = describe(kept.erase(at, 20), {}, {{at, 20}});
  EXPECT_TRUE(scanned.is_encapsulated);
  EXPECT_EQ(scanned.pixel_data_at, at);
  EXPECT_EQ(scanned.pixel_data_length, 20u);
}

TEST(pixel_description, of_a_cut_source_gives_the_length_that_is_declared) {
  const std::string bytes = encode({value(0x7FE00010, "OB", "abcdef")});
  for (std::size_t size = 12; size <= bytes.size(); ++size) {
    EXPECT_EQ(describe(bytes.substr(0, size)).pixel_data_length, 6u);
    EXPECT_EQ(describe(bytes.substr(0, size)).pixel_data_at, 12u);
  }
}

}  // namespace
}  // namespace pgpacs::dicom
