#include "tests/generate/tree.h"

namespace pgpacs::generate {

namespace {

constexpr int pieces_of_a_branch = 3;

Point any_direction(Random& random, double flatness) {
  return {random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1) * flatness};
}

Point unit(const Point& direction) {
  return direction * (1 / std::max(length(direction), 1e-9));
}

/// What of `direction` is across `axis`.
Point across(const Point& direction, const Point& axis) {
  return unit(direction - axis * dot(direction, axis));
}

}  // namespace

void grow(std::vector<Branch>& branches, Random& random, const Growth& growth, double path) {
  Point at = growth.from;
  Point direction = unit(growth.direction);
  const double piece = growth.length / pieces_of_a_branch;
  for (int i = 0; i < pieces_of_a_branch; ++i) {
    direction = unit(direction + any_direction(random, growth.flatness) * 0.22);
    const Point to = at + direction * piece;
    const double taper = 1 - 0.22 * (i + 1) / pieces_of_a_branch;
    const double radius = i == 0 ? growth.radius : branches.back().tube.radius_to;
    branches.push_back({{at, to, radius, growth.radius * taper}, path, path + piece});
    at = to;
    path += piece;
  }
  if (growth.generations <= 1) return;
  const Point aside = across(any_direction(random, growth.flatness), direction);
  const double share = random.uniform(0.35, 0.65);
  for (const double side : {share - 1, share}) {
    Growth daughter = growth;
    daughter.from = at;
    daughter.direction = direction + aside * (2 * growth.spread * side);
    daughter.radius = growth.radius * (side > 0 ? 0.60 + 0.3 * (1 - share) : 0.60 + 0.3 * share);
    daughter.length = growth.length * random.uniform(0.65, 0.85);
    --daughter.generations;
    grow(branches, random, daughter, path);
  }
}

}  // namespace pgpacs::generate
