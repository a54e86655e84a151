#pragma once

#include <cstddef>
#include <vector>

#include "tests/generate/radiograph.h"
#include "tests/generate/random.h"
#include "tests/generate/tree.h"

namespace pgpacs::generate {

/// A left coronary artery that fills with contrast and empties again while the heart beats.
class Angiogram {
 public:
  static constexpr std::size_t size = 512;
  static constexpr std::size_t frames = 20;
  static constexpr double spacing = 0.28;

  explicit Angiogram(Random random);

  Raster<std::uint8_t> frame(std::size_t index) const;

 private:
  static Raster<float> background(Random& random);
  Raster<float> contrast(std::size_t index) const;

  Raster<float> background_;
  std::vector<Branch> branches_;
  std::uint64_t grain_;
};

}  // namespace pgpacs::generate
