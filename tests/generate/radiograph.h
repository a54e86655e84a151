#pragma once

#include <span>
#include <vector>

#include "tests/generate/canvas.h"

namespace pgpacs::generate {

/// What X-rays pass through, summed along them: each sample is a thickness of water in millimetres. Rays are
/// taken as parallel, along z.
class Radiograph {
 public:
  Radiograph(std::size_t columns, std::size_t rows, double spacing, Point middle = {})
      : canvas_(columns, rows, spacing, middle), middle_(middle) {}

  Canvas& canvas() { return canvas_; }
  const Raster<float>& thickness() const { return canvas_.raster(); }

  /// Density is relative to water: bone's cortex is near 3, air in tissue -1.
  void add(const Ellipsoid& ellipsoid, double density);
  void add(const Tube& tube, double density);
  /// Pieces that overlap are one body.
  void add(std::span<const Tube> pieces, double density);
  /// A long bone: a shell of cortex `rim` millimetres thick, spongy within.
  void add_bone(std::span<const Tube> pieces, double rim, double density = 2.2);

 private:
  Canvas canvas_;
  Point middle_;
};

/// Detector values from thicknesses: quantum noise grows where little comes through. `attenuation` is per mm;
/// result 0 is unattenuated, growing with the logarithm of what was absorbed.
void add_quantum_noise(Raster<float>& thickness, std::uint64_t seed, double attenuation, double deviation);

/// A smooth path through `points`, as pieces of tube.
std::vector<Tube> smooth_path(std::span<const Point> points, double radius, int pieces_between = 6);

}  // namespace pgpacs::generate
