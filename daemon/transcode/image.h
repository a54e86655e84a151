// One frame's pixels as they lie natively, in little endian, colour by pixel (Planar Configuration 0).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "extension/dicom/bytes.h"

namespace pgpacs::transcode {

using dicom::Bytes;
using Buffer = std::vector<std::byte>;

struct Image {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t samples = 0;         // of one pixel
  std::uint32_t bits_allocated = 0;  // of a sample: 8 or more, whole bytes
  std::uint32_t bits_stored = 0;
  bool is_signed = false;

  std::size_t sample_bytes() const { return bits_allocated / 8; }
  std::size_t pixels() const { return std::size_t{rows} * columns; }
  std::size_t sample_count() const { return pixels() * samples; }
  std::size_t bytes() const { return sample_count() * sample_bytes(); }
};

// What the head of a codestream says of it.
struct CodestreamShape {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t samples = 0;
  std::uint32_t precision = 0;  // bits of a sample
};

// Throws Fault not_transcodable where a codestream is not of this image: a size that differs would be a wrong
// image, without a word.
void check_shape(const CodestreamShape& found, const Image& image);

// Puts decoded samples, of one byte up to 8 bits of precision and two above, into the cells of an image.
// Where pixels are signed and the codestream has fewer bits than a cell, the sign is extended.
void store_samples(Bytes decoded, std::uint32_t precision, const Image& image, std::span<std::byte> cells);

// Whether no sample has a bit at or above Bits Stored.
bool fits_bits_stored(Bytes cells, const Image& image);

[[noreturn]] void refuse(const char* what);  // a literal; throws Fault not_transcodable, at Pixel Data

}  // namespace pgpacs::transcode
