#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pgpacs::generate {

/// Samples row by row.
template <typename Sample>
struct Raster {
  Raster(std::size_t columns_, std::size_t rows_, Sample value = {})
      : columns(columns_), rows(rows_), samples(columns_ * rows_, value) {}

  Sample& at(std::size_t x, std::size_t y) { return samples[y * columns + x]; }
  const Sample& at(std::size_t x, std::size_t y) const { return samples[y * columns + x]; }

  std::size_t columns;
  std::size_t rows;
  std::vector<Sample> samples;
};

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

}  // namespace pgpacs::generate
