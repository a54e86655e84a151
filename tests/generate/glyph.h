#pragma once

#include <string_view>

#include "tests/generate/raster.h"

namespace pgpacs::generate {

constexpr std::size_t glyph_width = 6;  ///< with the gap to the next
constexpr std::size_t glyph_height = 8;

/// Whether the glyph of `letter` has a dot in that place.
bool has_dot(char letter, std::size_t x, std::size_t y);

/// Burns `text` into a picture (capitals, digits, a few signs; others stay blank), each dot a square of
/// `scale` pixels; what reaches beyond the picture is lost.
template <typename Sample>
void write_text(Raster<Sample>& picture, std::string_view text, std::size_t left, std::size_t top,
                std::size_t scale, Sample value) {
  for (std::size_t y = 0; y < glyph_height * scale && top + y < picture.rows; ++y) {
    for (std::size_t x = 0; x < text.size() * glyph_width * scale && left + x < picture.columns; ++x) {
      const std::size_t letter = x / (glyph_width * scale);
      if (has_dot(text[letter], x / scale % glyph_width, y / scale)) picture.at(left + x, top + y) = value;
    }
  }
}

}  // namespace pgpacs::generate
