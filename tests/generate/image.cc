#include "tests/generate/image.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/generate/element.h"

namespace pgpacs::generate {

namespace {

void put_shape(DcmItem& item, std::size_t columns, std::size_t rows, unsigned allocated, unsigned bits,
               const char* photometric) {
  const bool is_colour = std::string_view(photometric) == "RGB";
  put(item, {{DCM_SamplesPerPixel, is_colour ? "3" : "1"},
             {DCM_PhotometricInterpretation, photometric},
             {DCM_Rows, std::to_string(rows)},
             {DCM_Columns, std::to_string(columns)},
             {DCM_BitsAllocated, std::to_string(allocated)},
             {DCM_BitsStored, std::to_string(bits)},
             {DCM_HighBit, std::to_string(bits - 1)},
             {DCM_PixelRepresentation, "0"}});
  if (is_colour) put(item, DCM_PlanarConfiguration, "0");
}

void put_bytes(DcmItem& item, std::vector<std::uint8_t>& bytes) {
  if (bytes.size() % 2 != 0) bytes.push_back(0);
  check(item.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size()), "cannot set PixelData");
}

}  // namespace

std::uint16_t clamped(float value, unsigned highest) {
  return static_cast<std::uint16_t>(std::clamp(std::lround(value), 0L, static_cast<long>(highest)));
}

void put_grey_words(DcmItem& item, const Raster<std::uint16_t>& picture, unsigned bits,
                    const char* photometric) {
  put_shape(item, picture.columns, picture.rows, 16, bits, photometric);
  check(item.putAndInsertUint16Array(DCM_PixelData, picture.samples.data(), picture.samples.size()),
        "cannot set PixelData");
}

void put_grey_bytes(DcmItem& item, std::span<const Raster<std::uint8_t>> frames) {
  put_shape(item, frames.front().columns, frames.front().rows, 8, 8, "MONOCHROME2");
  std::vector<std::uint8_t> bytes;
  for (const auto& frame : frames) bytes.insert(bytes.end(), frame.samples.begin(), frame.samples.end());
  put_bytes(item, bytes);
}

void put_colours(DcmItem& item, std::span<const Raster<Colour>> frames) {
  put_shape(item, frames.front().columns, frames.front().rows, 8, 8, "RGB");
  std::vector<std::uint8_t> bytes;
  for (const auto& frame : frames) {
    for (const auto& [red, green, blue] : frame.samples) bytes.insert(bytes.end(), {red, green, blue});
  }
  put_bytes(item, bytes);
}

}  // namespace pgpacs::generate
