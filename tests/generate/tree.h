#pragma once

#include <vector>

#include "tests/generate/geometry.h"
#include "tests/generate/random.h"

namespace pgpacs::generate {

/// A piece of a vessel, and how far along the vessels it is from where the tree begins.
struct Branch {
  Tube tube;
  double path_from;
  double path_to;
};

/// A tree of vessels: its stem, and how it divides.
struct Growth {
  Point from;
  Point direction;
  double radius;
  double length;  ///< of the stem; each generation is a quarter shorter
  int generations;
  double spread;    ///< how far two daughters part, about the tangent of half the angle
  double flatness;  ///< 1 grows in all directions, 0 in the plane of the stem and x, y
};

/// Adds the tree's branches to `branches`.
void grow(std::vector<Branch>& branches, Random& random, const Growth& growth, double path = 0);

}  // namespace pgpacs::generate
