#pragma once

#include "tests/generate/canvas.h"
#include "tests/generate/random.h"
#include "tests/generate/raster.h"

namespace pgpacs::generate {

/// A head as T2-weighted spin echo shows it: water bright, bone and air black. z is the depth below the
/// crown.
class Head {
 public:
  static constexpr std::size_t size = 256;
  static constexpr double spacing = 0.9;

  explicit Head(Random random) : folds_(random.next()), grain_(random.next()) {}

  Raster<float> slice(double z) const;

 private:
  double brain(const Point& p) const;
  double signal_of_brain(const Point& p, double depth) const;
  void paint_shell(Canvas& canvas) const;
  void paint_brain(Canvas& canvas) const;
  void paint_ventricles(Canvas& canvas) const;
  void paint_base(Canvas& canvas) const;
  void add_noise(Canvas& canvas) const;

  Noise folds_;
  std::uint64_t grain_;
};

}  // namespace pgpacs::generate
