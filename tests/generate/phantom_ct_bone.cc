#include "tests/generate/phantom_ct.h"

namespace pgpacs::generate {

namespace {

constexpr double cortex = 780;
constexpr double marrow = 190;

/// A bone: dense rim of `rim` millimetres, marrow within.
template <typename Distance>
void paint_bone(Canvas& canvas, const Box& box, Distance surface, double rim, double inside,
                const Noise& texture) {
  canvas.fill(box, surface, cortex);
  canvas.paint(
      box, [&](const Point& p) { return surface(p) + rim; },
      [&](const Point& p) { return inside + 45 * texture.at(p.x / 2, p.y / 2, p.z / 2); });
}

/// How far the slice is from a disc: vertebrae are 26 mm apart.
double to_disc(double z) {
  return std::abs(std::remainder(z, 26));
}

void paint_spine(Canvas& canvas, const Noise& texture) {
  const Box box{-60, 30, 60, 125};
  const bool is_disc = to_disc(canvas.z()) < 2.6;
  const auto body = [](const Point& p) {
    return without(ellipse(p, 0, 60, 18.5, 15.5), ellipse(p, 0, 84, 13, 11), 4);
  };
  if (is_disc) {
    canvas.fill(box, body, 95);
  } else {
    paint_bone(canvas, box, body, to_disc(canvas.z()) < 4.5 ? 4 : 1.6, marrow, texture);
  }
  const auto arch = [](const Point& p) {
    const Tube pieces[] = {
        {{-14, 70, p.z}, {-13, 86, p.z}, 4, 4},  {{14, 70, p.z}, {13, 86, p.z}, 4, 4},
        {{-13, 86, p.z}, {0, 97, p.z}, 3.5, 4},  {{13, 86, p.z}, {0, 97, p.z}, 3.5, 4},
        {{0, 97, p.z}, {0, 104, p.z}, 4, 3},     {{-14, 82, p.z}, {-34, 88, p.z}, 4.5, 3.5},
        {{14, 82, p.z}, {34, 88, p.z}, 4.5, 3.5}};
    double nearest = 1e9;
    for (const Tube& piece : pieces) nearest = joined(nearest, distance(p, piece), 2);
    return nearest;
  };
  paint_bone(canvas, box, arch, 1.5, marrow + 60, texture);
  canvas.fill(
      box, [](const Point& p) { return ellipse(p, 0, 81, 10, 9); }, 0);
  canvas.fill(
      box, [](const Point& p) { return ellipse(p, 0, 81, 6, 4.5); }, 38);
}

/// Ribs leave the spine and come down as they go round to the front, so that a slice cuts each once on a
/// side, long.
double ribs(const Point& p, const Chest& chest) {
  const double outward = chest.cavity(p) - 5.5;
  if (std::abs(outward) > 10) return std::abs(outward) - 5;
  const double turn = std::atan2(std::abs(p.x) / 130, (p.y - 4) / 91);  // 0 at the back, pi in front
  const double descent = 92 * step(-0.2, 3.0, turn) - 8;
  const double along = std::remainder(p.z - descent, 27);
  const double shape = std::hypot(outward / 4.6, along / 6.4) - 1;
  return std::max({shape * 4.6, (turn - 2.5) * 80, (0.36 - turn) * 80});
}

void paint_ribs(Canvas& canvas, const Noise& texture) {
  const Chest chest(canvas.z());
  const Box box{-150, -105, 150, 115};
  paint_bone(
      canvas, box, [&chest](const Point& p) { return ribs(p, chest); }, 1.5, marrow + 30, texture);
}

void paint_front_and_shoulders(Canvas& canvas, const Noise& texture) {
  const double z = canvas.z();
  if (z > 25 && z < 165) {
    const double front = -90;
    paint_bone(
        canvas, {-40, -110, 40, -60},
        [&](const Point& p) { return ellipse(p, 0, front, z < 60 ? 26 : 17, 6.5); }, 1.2, marrow - 30,
        texture);
  }
  for (const double side : {-1.0, 1.0}) {
    const Tube clavicle{{side * 18, -52, 26}, {side * 130, -34, -10}, 7, 6.5};
    paint_bone(
        canvas, around(clavicle), [&](const Point& p) { return distance(p, clavicle); }, 1.8, marrow,
        texture);
    const double reach = 1 - step(70, 130, z);
    if (reach <= 0) continue;
    const Tube blade{
        {side * (88 + 20 * (1 - reach)), 76, z}, {side * (112 + 22 * reach), 62 - 34 * reach, z}, 3.2, 4};
    paint_bone(
        canvas, around(blade), [&](const Point& p) { return distance(p, blade); }, 1.6, marrow, texture);
  }
}

}  // namespace

void Thorax::paint_bones(Canvas& canvas) const {
  paint_ribs(canvas, texture_);
  paint_spine(canvas, texture_);
  paint_front_and_shoulders(canvas, texture_);
}

}  // namespace pgpacs::generate
