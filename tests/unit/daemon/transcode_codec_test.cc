// Each codec gives back what it took, and refuses what is not whole or not of the image.
#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <ostream>
#include <string>

#include "daemon/transcode/jpeg.h"
#include "daemon/transcode/jpeg_2000.h"
#include "daemon/transcode/jpeg_ls.h"
#include "daemon/transcode/rle.h"
#include "extension/dicom/fault.h"

namespace pgpacs::transcode {
namespace {

struct Codec {
  const char* name;
  Buffer (*encode)(Bytes, const Image&);
  void (*decode)(Bytes, const Image&, std::span<std::byte>);
};

const Codec codecs[] = {
    {"RLE", encode_rle, decode_rle},
    {"JPEG lossless",
     [](Bytes cells, const Image& image) { return encode_jpeg_lossless(cells, image, false); },
     [](Bytes codestream, const Image& image, std::span<std::byte> cells) {
       decode_jpeg(codestream, image, false, cells);
     }},
    {"JPEG-LS", encode_jpeg_ls, decode_jpeg_ls},
    {"JPEG 2000", encode_jpeg_2000, decode_jpeg_2000},
};

// A gradient, with noise in it and flat parts, of numbers that Bits Stored holds.
Buffer cells_of(const Image& image) {
  Buffer cells(image.bytes());
  std::uint32_t noise = 1;
  for (std::size_t i = 0; i < image.sample_count(); ++i) {
    noise = noise * 1664525 + 1013904223;
    auto value = static_cast<std::int32_t>(i % 97 < 40 ? i / 97 : i * 7 + (noise >> 28));
    value &= (1 << image.bits_stored) - 1;
    if (image.is_signed) value -= 1 << (image.bits_stored - 1);
    std::memcpy(cells.data() + i * image.sample_bytes(), &value, image.sample_bytes());
  }
  return cells;
}

std::vector<Image> images() {
  std::vector<Image> images;
  for (const std::uint32_t samples : {1, 3})
    for (const auto& [allocated, stored] : {std::pair{8, 8}, {8, 7}, {16, 8}, {16, 10}, {16, 12}, {16, 16}})
      for (const bool is_signed : {false, true})
        for (const auto& [rows, columns] : {std::pair{64, 48}, {1, 1}, {3, 131}, {129, 2}})
          images.push_back({static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(columns), samples,
                            static_cast<std::uint32_t>(allocated), static_cast<std::uint32_t>(stored),
                            is_signed});
  return images;
}

std::string words_of(const Codec& codec, const Image& image) {
  return std::string(codec.name) + " " + std::to_string(image.columns) + "x" + std::to_string(image.rows) +
         "x" + std::to_string(image.samples) + " of " + std::to_string(image.bits_stored) + "/" +
         std::to_string(image.bits_allocated) + (image.is_signed ? " signed" : "");
}

bool is_refused(const Codec& codec, Bytes codestream, const Image& image, Buffer& cells) {
  try {
    codec.decode(codestream, image, cells);
    return false;
  } catch (const dicom::Fault& fault) {
    EXPECT_EQ(fault.code, dicom::FaultCode::not_transcodable);
    return true;
  }
}

TEST(transcode_codec, gives_back_what_it_took) {
  for (const Codec& codec : codecs)
    for (const Image& image : images()) {
      SCOPED_TRACE(words_of(codec, image));
      const Buffer cells = cells_of(image);
      Buffer back(cells.size(), std::byte{0xAA});
      codec.decode(codec.encode(cells, image), image, back);
      EXPECT_TRUE(back == cells);
    }
}

TEST(transcode_codec, keeps_bits_beyond_bits_stored) {  // overlays once lay there (PS3.5 8.1.2)
  Image image{.rows = 20, .columns = 30, .samples = 1, .bits_allocated = 16, .bits_stored = 12};
  Buffer cells = cells_of(image);
  cells[101] |= std::byte{0xF0};
  for (const Codec& codec : codecs)
    for (const bool is_signed : {false, true}) {
      image.is_signed = is_signed;
      Buffer back(cells.size());
      codec.decode(codec.encode(cells, image), image, back);
      EXPECT_TRUE(back == cells) << words_of(codec, image);
    }
}

TEST(transcode_codec, refuses_what_ends_early) {
  const Image image{.rows = 40, .columns = 50, .samples = 1, .bits_allocated = 16, .bits_stored = 12};
  const Buffer cells = cells_of(image);
  for (const Codec& codec : codecs) {
    const Buffer codestream = codec.encode(cells, image);
    std::size_t refused = 0;
    for (std::size_t size = 0; size < codestream.size(); ++size) {
      Buffer back(cells.size());
      // All of the pixels may be there already: an end marker is missing, or padding.
      if (is_refused(codec, Bytes(codestream).first(size), image, back))
        ++refused;
      else
        EXPECT_TRUE(back == cells) << codec.name << " cut off after " << size << " of " << codestream.size();
    }
    EXPECT_GT(refused, codestream.size() - 8) << codec.name;
  }
}

TEST(transcode_codec, refuses_what_is_not_of_the_image) {
  const Image image{.rows = 40, .columns = 50, .samples = 3, .bits_allocated = 16, .bits_stored = 16};
  const Buffer cells = cells_of(image);
  for (const Codec& codec : codecs) {
    const Buffer codestream = codec.encode(cells, image);
    const auto expect_refused = [&](auto change) {
      Image other = image;
      change(other);
      Buffer back(other.bytes());
      EXPECT_TRUE(is_refused(codec, codestream, other, back)) << words_of(codec, other);
    };
    expect_refused([](Image& other) { other.rows = 41; });
    expect_refused([](Image& other) { other.samples = 1; });
    expect_refused([](Image& other) { other.bits_allocated = other.bits_stored = 8; });
    if (codec.decode == decode_rle) continue;  // its codestreams do not say how they are folded
    expect_refused([](Image& other) { std::swap(other.rows, other.columns); });
  }
}

// Any single byte wrong: an answer or a refusal, within the bounds of the frame.
TEST(transcode_codec, survives_bytes_that_are_wrong) {
  const Image image{.rows = 12, .columns = 15, .samples = 1, .bits_allocated = 8, .bits_stored = 8};
  const Buffer cells = cells_of(image);
  for (const Codec& codec : codecs) {
    const Buffer codestream = codec.encode(cells, image);
    for (std::size_t i = 0; i < codestream.size(); ++i) {
      Buffer wrong = codestream;
      wrong[i] ^= std::byte{0x55};
      Buffer back(cells.size());
      EXPECT_NO_THROW(is_refused(codec, wrong, image, back)) << codec.name << " at " << i;
    }
  }
}

TEST(transcode_codec, refuses_bytes_of_another_kind) {
  const Image image{.rows = 4, .columns = 4, .samples = 1, .bits_allocated = 8, .bits_stored = 8};
  for (const Codec& codec : codecs)
    for (const std::size_t size : {0, 1, 2, 63, 64, 65, 500}) {
      Buffer back(image.bytes());
      EXPECT_TRUE(is_refused(codec, Buffer(size), image, back)) << codec.name << size;
      EXPECT_TRUE(is_refused(codec, Buffer(size, std::byte{0xFF}), image, back)) << codec.name << size;
    }
}

TEST(transcode_rle, packs_as_the_standard_says) {  // PS3.5 G.3.1
  const Image image{.rows = 2, .columns = 5, .samples = 1, .bits_allocated = 8, .bits_stored = 8};
  const auto bytes = [](std::initializer_list<int> list) {
    Buffer buffer;
    for (const int value : list) buffer.push_back(static_cast<std::byte>(value));
    return buffer;
  };
  const Buffer packed = encode_rle(bytes({7, 7, 7, 7, 7, 1, 2, 2, 3, 4}), image);
  ASSERT_EQ(packed.size(), 72U);
  EXPECT_EQ(Buffer(packed.begin() + 64, packed.end()), bytes({252, 7, 4, 1, 2, 2, 3, 4}));
  EXPECT_EQ(Buffer(packed.begin(), packed.begin() + 8), bytes({1, 0, 0, 0, 64, 0, 0, 0}));
}

TEST(transcode_rle, refuses_places_outside_of_the_segments) {
  const Image image{.rows = 2, .columns = 5, .samples = 1, .bits_allocated = 16, .bits_stored = 16};
  const Buffer whole = encode_rle(cells_of(image), image);
  for (const std::uint32_t place : {0U, 63U, 70U, 10000U, 0xFFFFFFFFU}) {
    Buffer wrong = whole;
    std::memcpy(wrong.data() + 8, &place, sizeof place);
    Buffer back(image.bytes());
    EXPECT_THROW(decode_rle(wrong, image, back), dicom::Fault) << place;
  }
}

}  // namespace
}  // namespace pgpacs::transcode
