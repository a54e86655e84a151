#include "daemon/transcode/image.h"

#include <algorithm>

#include "extension/dicom/fault.h"
#include "extension/dicom/tag.h"

namespace pgpacs::transcode {
namespace {

template <typename Word>
Word word_at(Bytes bytes, std::size_t i) {
  Word word;
  std::memcpy(&word, bytes.data() + i * sizeof word, sizeof word);
  return word;
}

template <typename Decoded, typename Cell>
void widen(Bytes decoded, std::uint32_t precision, bool is_signed, std::span<std::byte> cells) {
  const std::uint32_t spare = 32 - precision;
  for (std::size_t i = 0; i < cells.size() / sizeof(Cell); ++i) {
    const std::uint32_t pattern = word_at<Decoded>(decoded, i);
    const auto value = is_signed
                           ? static_cast<std::uint32_t>(static_cast<std::int32_t>(pattern << spare) >> spare)
                           : pattern;
    const auto cell = static_cast<Cell>(value);
    std::memcpy(cells.data() + i * sizeof cell, &cell, sizeof cell);
  }
}

template <typename Cell>
bool is_below(Bytes cells, std::uint32_t bits) {
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < cells.size() / sizeof(Cell); ++i) all |= word_at<Cell>(cells, i);
  return all >> bits == 0;
}

}  // namespace

void refuse(const char* what) {
  throw dicom::Fault{dicom::FaultCode::not_transcodable, what, dicom::tags::pixel_data};
}

void check_shape(const CodestreamShape& found, const Image& image) {
  if (found.rows != image.rows || found.columns != image.columns)
    refuse("a codestream has another size than Rows and Columns say");
  if (found.samples != image.samples)
    refuse("a codestream has another number of samples than its header says");
  if (found.precision == 0 || found.precision > image.bits_allocated)
    refuse("a codestream has more bits than Bits Allocated holds");
}

void store_samples(Bytes decoded, std::uint32_t precision, const Image& image, std::span<std::byte> cells) {
  const bool is_wide = precision > 8;
  if (decoded.size() != image.sample_count() * (is_wide ? 2 : 1) || cells.size() != image.bytes())
    refuse("a codestream has another size than Rows and Columns say");
  const bool extends = image.is_signed && precision < image.bits_allocated;
  if (image.sample_bytes() == 1)
    widen<std::uint8_t, std::uint8_t>(decoded, precision, extends, cells);
  else if (is_wide)
    widen<std::uint16_t, std::uint16_t>(decoded, precision, extends, cells);
  else
    widen<std::uint8_t, std::uint16_t>(decoded, precision, extends, cells);
}

bool fits_bits_stored(Bytes cells, const Image& image) {
  return image.sample_bytes() == 1 ? is_below<std::uint8_t>(cells, image.bits_stored)
                                   : is_below<std::uint16_t>(cells, image.bits_stored);
}

}  // namespace pgpacs::transcode
