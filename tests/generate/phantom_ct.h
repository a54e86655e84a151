#pragma once

#include <cstdint>
#include <vector>

#include "tests/generate/canvas.h"
#include "tests/generate/chest.h"
#include "tests/generate/random.h"
#include "tests/generate/raster.h"
#include "tests/generate/tree.h"

namespace pgpacs::generate {

/// A thorax with the upper abdomen, in Hounsfield units, after contrast. z is the depth below the lungs'
/// tops; any depth can be asked for, the lungs end near 200 mm.
class Thorax {
 public:
  static constexpr std::size_t size = 512;
  static constexpr double spacing = 0.75;

  explicit Thorax(Random random);

  Raster<float> slice(double z) const;
  const Ellipsoid& nodule() const { return nodule_; }

 private:
  double muscles(const Point& p, const Chest& chest) const;
  void paint_wall(Canvas& canvas) const;
  void paint_bones(Canvas& canvas) const;
  void paint_lungs(Canvas& canvas) const;
  void paint_lung_vessels(Canvas& canvas, const Chest& chest) const;
  void paint_heart(Canvas& canvas) const;
  void paint_vessels(Canvas& canvas) const;
  void paint_abdomen(Canvas& canvas) const;
  void add_noise(Canvas& canvas) const;

  Noise texture_;
  std::uint64_t grain_;
  double girth_;  ///< 1 is slim
  Ellipsoid nodule_;
  std::vector<Branch> lung_vessels_;
  std::vector<Branch> liver_vessels_;
};

/// The lungs' own vessels on both sides, from hilum to pleura; also what a plain chest film shows of them.
std::vector<Branch> lung_vessels(Random& random);

/// The skin; negative inside.
double body_surface(const Point& p, double girth);

}  // namespace pgpacs::generate
