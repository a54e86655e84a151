#pragma once

#include <cstddef>

#include "tests/generate/radiograph.h"
#include "tests/generate/random.h"

namespace pgpacs::generate {

/// A chest seen from the front by X-rays, the plate before it (a PA view). Rows 2000, columns 1700.
class ChestFilm {
 public:
  static constexpr std::size_t columns = 1700;
  static constexpr std::size_t rows = 2000;
  static constexpr double spacing = 0.2;
  static constexpr double attenuation = 0.021;  ///< of water, for a millimetre

  explicit ChestFilm(Random random) : random_(random), texture_(random_.next()) {}

  /// Thickness of water, with the detector's noise.
  Raster<float> take();

 private:
  void add_body(Radiograph& film) const;
  void add_lungs(Radiograph& film);
  void add_middle(Radiograph& film) const;
  void add_bones(Radiograph& film) const;

  Random random_;
  Noise texture_;
};

}  // namespace pgpacs::generate
