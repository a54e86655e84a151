#include "tests/generate/chest.h"

namespace pgpacs::generate {

Chest::Chest(double z) : z_(z), vessels_(26 + 10 * step(20, 60, z)) {
  const double apex = std::exp(-std::max(z + 12, 0.0) / 34);
  middle_ = 4 + 14 * apex;
  half_width_ = 126 * (1 - 0.62 * apex);
  half_depth_ = 86 * (1 - 0.48 * apex);
}

double Chest::mediastinum(const Point& p) const {
  if (std::abs(p.x) > 100) return std::abs(p.x) - 80;
  const double column = joined(ellipse(p, 2, -6, vessels_, 62), ellipse(p, 0, 78, 38, 36), 10);
  if (z_ < 50 || z_ > 200) return column;
  const double heart = distance(p, Ellipsoid{{18, -20, 126}, {57, 48, 54}});
  const double hila = std::min(distance(p, Ellipsoid{{-36, 6, 86}, {13, 17, 20}}),
                               distance(p, Ellipsoid{{40, 10, 80}, {13, 17, 20}}));
  return joined(column, joined(heart, hila, 12), 8);
}

double Chest::diaphragm(const Point& p) const {
  const auto dome = [this, &p](double x, double top) {
    const double aside = p.x - x;
    const double behind = p.y + 12;
    return z_ - top - (aside * aside + behind * behind) / 105;
  };
  return std::max(dome(-60, 142), dome(62, 156));
}

double Chest::lungs(const Point& p) const {
  const double inside = cavity(p) + 5;
  if (inside > far_away) return inside;
  return std::max(without(inside, mediastinum(p), 12), diaphragm(p) * 0.6);
}

}  // namespace pgpacs::generate
