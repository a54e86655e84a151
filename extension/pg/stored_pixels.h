// How the pixels of an instance lie, from its series' template and its difference. Plain C++ without
// destructors: this calls the backend and may be jumped out of.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/pg/attribute.h"

namespace pgpacs::pg {

// PS3.3 C.7.6.3; a number that is none, or does not fit, is absent.
struct StoredPixels {
  std::optional<std::int32_t> rows, columns, number_of_frames, samples_per_pixel, planar_configuration;
  std::optional<std::int32_t> bits_allocated, bits_stored, high_bit, pixel_representation;
  std::optional<std::string_view> photometric_interpretation;  // lives as long as the arguments
};

// Argument 0 is the template.
StoredPixels stored_pixels(FunctionCallInfo template_of, Jsonb* difference);

}  // namespace pgpacs::pg
