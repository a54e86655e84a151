#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "tests/generate/radiograph.h"
#include "tests/generate/random.h"

namespace pgpacs::generate {

/// A left hand flat on the detector, fingers up. Rows 1500, columns 1200.
class HandFilm {
 public:
  static constexpr std::size_t columns = 1200;
  static constexpr std::size_t rows = 1500;
  static constexpr double spacing = 0.15;

  explicit HandFilm(Random random) : random_(random), texture_(random_.next()) {}

  /// Thickness of water, with the detector's noise.
  Raster<float> take();

 private:
  /// A finger from its metacarpal's base to the tip: where its bones end, one after the other.
  struct Ray {
    std::vector<Point> joints;
    double radius;
  };

  std::vector<Ray> rays();
  static Raster<float> flesh(const std::vector<Ray>& rays);
  void add_fingers(Radiograph& film, const std::vector<Ray>& rays) const;
  void add_wrist(Radiograph& film) const;
  void add_texture(Radiograph& film, const Raster<float>& flesh) const;

  Random random_;
  Noise texture_;
};

}  // namespace pgpacs::generate
