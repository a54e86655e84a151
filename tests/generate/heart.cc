#include "tests/generate/heart.h"

namespace pgpacs::generate {

namespace {

/// How far the valves of the atria are open: first by the ventricles' pull, then by the atria's push.
double opening(double phase) {
  return std::min(bell(phase, 0.53, 0.055) + 0.75 * bell(phase, 0.88, 0.045), 1.0);
}

/// One leaf of a valve. Closed, two meet a little towards the atrium; open, they point to the apex.
Tube leaflet(const Point& hinge, double reach, double open) {
  const double angle = 0.30 - 1.45 * open;
  return {hinge, hinge + Point{reach * std::cos(angle), std::abs(reach) * std::sin(angle), 0}, 1.3, 0.9};
}

}  // namespace

double bell(double phase, double at, double width) {
  const double away = std::remainder(phase - at, 1);
  return std::exp(-away * away / (2 * width * width));
}

Heart::Heart(double phase) : squeeze_(bell(phase, 0.26, 0.11)), annulus_(95 - 9 * squeeze_) {
  const double mitral = opening(phase);
  const double tricuspid = opening(phase - 0.01);
  leaflets_ = {leaflet({-4, annulus_, 0}, 17.5, mitral), leaflet({33, annulus_ + 1, 0}, -17.5, mitral),
               leaflet({-42, annulus_ - 4, 0}, 14.5, tricuspid),
               leaflet({-11, annulus_ - 2, 0}, -14.5, tricuspid)};
}

double Heart::leaflets(const Point& p) const {
  if (p.y < annulus_ - 24 || p.y > annulus_ + 12) return 10;
  double nearest = 10;
  for (const Tube& tube : leaflets_) nearest = std::min(nearest, distance(p, tube));
  return nearest;
}

double Heart::echo(const Point& p, double wobble, double surroundings, double flesh) const {
  const double y = p.y * 95 / annulus_;
  const Point q{p.x, y, 0};
  const double left = ellipse(q, 14, 58, 23 * (1 - 0.24 * squeeze_), 39 * (1 - 0.05 * squeeze_)) + wobble;
  const double right = ellipse(q, -27, 62, 15 * (1 - 0.20 * squeeze_), 33) + wobble;
  const double left_atrium = ellipse(p, 16, 119 - 3 * squeeze_, 21, 21 + 3 * squeeze_) + wobble;
  const double right_atrium = ellipse(p, -28, 116 - 3 * squeeze_, 19, 19 + 3 * squeeze_) + wobble;
  const double orifices = std::min(ellipse(p, 14.5, annulus_ + 3, 15, 9), ellipse(p, -26.5, annulus_, 12, 9));
  const double muscle =
      std::min(joined(left - 9 - 3 * squeeze_, right - 5, 6), joined(left_atrium, right_atrium, 4) - 4);
  const double blood = std::min({left, right, left_atrium, right_atrium, orifices});
  double strength = surroundings + 0.9 * step(3.0, 0.2, std::abs(muscle - 1.2));  // the pericardium
  strength = std::lerp(strength, flesh, step(1, -1, muscle));
  strength += 0.45 * step(1.6, 0, std::abs(blood));
  strength = std::lerp(strength, 0.012, step(0.8, -0.8, blood));
  return strength + 1.1 * step(0.9, -0.4, leaflets(p));
}

}  // namespace pgpacs::generate
