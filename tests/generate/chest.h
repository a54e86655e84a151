#pragma once

#include "tests/generate/geometry.h"

namespace pgpacs::generate {

/// The surfaces that the organs of the chest share, at one depth z below the lungs' tops. Each pixel asks for
/// them several times, so that what depends on z alone is worked out once.
class Chest {
 public:
  explicit Chest(double z);

  /// The inside of the ribs.
  double cavity(const Point& p) const { return ellipse(p, 0, middle_, half_width_, half_depth_); }
  /// What lies between the lungs.
  double mediastinum(const Point& p) const;
  double lungs(const Point& p) const;
  /// Negative above it, where the lungs are.
  double diaphragm(const Point& p) const;
  /// Negative below it and inside of the cavity.
  double belly(const Point& p) const { return std::max(cavity(p) + 4, -diaphragm(p)); }

  /// Millimetres from where on a second, dearer distance need not be asked for.
  static constexpr double far_away = 12;

 private:
  double z_;
  double middle_;
  double half_width_;
  double half_depth_;
  double vessels_;
};

}  // namespace pgpacs::generate
