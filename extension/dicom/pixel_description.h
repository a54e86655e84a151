// The attributes that say how pixels lie (PS3.3 C.7.6.3), and where Pixel Data is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "extension/dicom/reader.h"

namespace pgpacs::dicom {

struct PixelDescription {
  std::optional<std::int32_t> rows;
  std::optional<std::int32_t> columns;
  std::optional<std::int32_t> number_of_frames;  // 1 where there are pixels and the attribute is absent
  std::optional<std::int32_t> samples_per_pixel;
  std::optional<std::int32_t> planar_configuration;
  std::optional<std::int32_t> bits_allocated;
  std::optional<std::int32_t> bits_stored;
  std::optional<std::int32_t> high_bit;
  std::optional<std::int32_t> pixel_representation;
  std::optional<std::string> photometric_interpretation;  // ASCII
  bool has_pixel_data = false;
  Tag pixel_data_tag;               // Pixel Data, Float or Double Float Pixel Data
  std::uint64_t pixel_data_at = 0;  // of the value, from the beginning of the data set
  // Bytes of the value as declared; for encapsulated pixels, of all fragments with their item headers,
  // without the delimiter, where the source left them out by a gap, else 0.
  std::uint64_t pixel_data_length = 0;
  bool is_encapsulated = false;

  // Looks at one top-level element.
  void see(const Element& element);
};

}  // namespace pgpacs::dicom
