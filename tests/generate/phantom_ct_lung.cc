#include "tests/generate/phantom_ct.h"

namespace pgpacs::generate {

namespace {

constexpr double soft_tissue = 45;
constexpr double contrast_blood = 170;

}  // namespace

std::vector<Branch> lung_vessels(Random& random) {
  std::vector<Branch> branches;
  for (const double side : {-1.0, 1.0}) {
    for (int i = 0; i < 22; ++i) {
      const double turn = 6.2832 * (i + random.uniform(-0.3, 0.3)) / 22;
      const Point direction{side * random.uniform(0.5, 1.1), 0.8 * std::cos(turn),
                            random.uniform(0.3, 1.4) * std::sin(turn)};
      const Point hilum{side * 36, 8 + random.uniform(-6, 6), 84 + random.uniform(-8, 10)};
      grow(branches, random, {hilum, direction, random.uniform(2.2, 4.0), random.uniform(20, 32), 7, 0.5, 1});
    }
  }
  return branches;
}

void Thorax::paint_lung_vessels(Canvas& canvas, const Chest& chest) const {
  const double z = canvas.z();
  for (const auto& [tube, begin, end] : lung_vessels_) {
    if (z < std::min(tube.from.z, tube.to.z) - 5 || z > std::max(tube.from.z, tube.to.z) + 5) continue;
    // The thinnest are thinner than a slice, so that they show fainter than blood.
    const double density = std::min(contrast_blood, -760 + 420 * tube.radius_to);
    const auto surface = [&chest, &part = tube](const Point& p) {
      const double wall = distance(p, part);
      return wall > 1 ? wall : std::max(wall, chest.lungs(p));
    };
    canvas.fill(around(tube), surface, density);
  }
}

void Thorax::paint_lungs(Canvas& canvas) const {
  const Box box{-130, -90, 130, 100};
  const Chest chest(canvas.z());
  const auto between = [&chest](const Point& p) {
    const double cavity = chest.cavity(p) + 2;
    return cavity > Chest::far_away ? cavity : std::max(cavity, chest.mediastinum(p) - 2);
  };
  canvas.fill(box, between, -70);
  // Gravity: the back of a lying patient's lungs is denser.
  const auto air = [this](const Point& p) {
    return -872 + 0.42 * p.y + 16 * texture_.at(p.x / 4, p.y / 4, p.z / 4);
  };
  canvas.paint(
      box, [&chest](const Point& p) { return chest.lungs(p); }, air);
  paint_lung_vessels(canvas, chest);
  canvas.fill(
      around(nodule_),
      [this](const Point& p) { return distance(p, nodule_) + 1.6 * texture_.at(p.x / 4, p.y / 4, p.z / 4); },
      soft_tissue - 8);

  const Tube airways[] = {{{-2, 14, -40}, {0, 14, 62}, 9, 8.5},
                          {{-2, 14, 62}, {-30, 8, 84}, 7, 6},
                          {{2, 14, 62}, {36, 12, 92}, 6.5, 5},
                          {{-30, 8, 84}, {-40, 14, 108}, 4.5, 3.5},
                          {{36, 12, 92}, {46, 20, 116}, 4, 3}};
  for (const Tube& tube : airways)
    canvas.fill(
        around(tube), [&](const Point& p) { return distance(p, tube) - 1.5; }, 40);
  for (const Tube& tube : airways)
    canvas.fill(
        around(tube), [&](const Point& p) { return distance(p, tube); }, -985);
}

}  // namespace pgpacs::generate
