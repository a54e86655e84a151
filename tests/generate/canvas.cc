#include "tests/generate/canvas.h"

namespace pgpacs::generate {

void soften(Raster<float>& raster) {
  const auto pass = [&raster](std::size_t count, std::size_t length, std::size_t next, std::size_t stride) {
    for (std::size_t line = 0; line < count; ++line) {
      float* sample = raster.samples.data() + line * next;
      float before = sample[0];
      for (std::size_t i = 0; i + 1 < length; ++i, sample += stride) {
        const float here = *sample;
        *sample = (before + 2 * here + sample[stride]) / 4;
        before = here;
      }
    }
  };
  pass(raster.rows, raster.columns, raster.columns, 1);
  pass(raster.columns, raster.rows, 1, raster.columns);
}

Raster<float> doubled(const Raster<float>& raster) {
  Raster<float> large(raster.columns * 2, raster.rows * 2);
  for (std::size_t y = 0; y < large.rows; ++y) {
    const std::size_t near_y = y / 2;
    const std::size_t far_y =
        std::clamp<std::size_t>(y % 2 == 0 ? near_y - (near_y > 0) : near_y + 1, 0, raster.rows - 1);
    for (std::size_t x = 0; x < large.columns; ++x) {
      const std::size_t near_x = x / 2;
      const std::size_t far_x =
          std::clamp<std::size_t>(x % 2 == 0 ? near_x - (near_x > 0) : near_x + 1, 0, raster.columns - 1);
      large.at(x, y) = (9 * raster.at(near_x, near_y) + 3 * raster.at(far_x, near_y) +
                        3 * raster.at(near_x, far_y) + raster.at(far_x, far_y)) /
                       16;
    }
  }
  return large;
}

}  // namespace pgpacs::generate
