#pragma once

#include <array>

#include "tests/generate/geometry.h"

namespace pgpacs::generate {

/// A bell over the phase of a beat, which is a circle from 0 to 1.
double bell(double phase, double at, double width);

/// Four chambers and their valves seen from the apex (0, 0), y away from it, at one phase of the beat.
class Heart {
 public:
  explicit Heart(double phase);

  /// How much of the sound is thrown back; 1 is a strong wall. The unevenness of walls, and what tissue
  /// around the heart and within its muscle throws back, are the caller's.
  double echo(const Point& p, double wobble, double surroundings, double flesh) const;

  /// How far the ventricles have contracted, from 0 to 1.
  double squeeze() const { return squeeze_; }

 private:
  double leaflets(const Point& p) const;

  double squeeze_;
  double annulus_;  ///< where the valves' plane is
  std::array<Tube, 4> leaflets_;
};

}  // namespace pgpacs::generate
