#include "tests/generate/phantom_mr.h"

namespace pgpacs::generate {

namespace {

constexpr double water = 1250;
constexpr double grey_matter = 640;
constexpr double white_matter = 400;
constexpr double fat = 760;
constexpr double muscle = 190;
constexpr double nothing = 12;

double mirrored(const Point& p, const Ellipsoid& left_one) {
  return distance({std::abs(p.x), p.y, p.z}, left_one);
}

/// The skull's outer surface: longer than wide, wider behind.
double head(const Point& p) {
  const double width = 72 + 0.05 * p.y;
  const double cranium = distance(p, Ellipsoid{{0, 0, 88}, {width, 92, 88}});
  const double face = distance(p, Ellipsoid{{0, -34, 130}, {56, 58, 80}});
  return p.z < 70 ? cranium : joined(cranium, face, 20);
}

}  // namespace

double Head::brain(const Point& p) const {
  const double cerebrum = distance(p, Ellipsoid{{0, 3, 80}, {63 + 0.05 * p.y, 80, 70}});
  const double floor = p.z - 116 - 0.25 * p.y;  // the skull's base rises to the front
  const double temple = mirrored(p, {{38, -6, 118}, {22, 36, 24}});
  return joined(without(cerebrum, -floor, 10), temple, 4);
}

double Head::signal_of_brain(const Point& p, double depth) const {
  // Sulci are where a smooth field crosses zero; the ribbon of cortex follows them and the surface.
  const auto field = [this](double x, double y, double z) {
    const double bend = 0.5 * folds_.at(x / 22 + 7, y / 22, z / 30);
    return folds_.at(std::abs(x) / 10.5 + bend + (x < 0 ? 50 : 0), y / 10.5 - bend, z / 15);
  };
  const double here = field(p.x, p.y, p.z);
  const double slope = length({field(p.x + 1, p.y, p.z) - here, field(p.x, p.y + 1, p.z) - here, 0});
  const double to_sulcus = std::abs(here) / std::max(slope, 0.06) + 14 * step(15, 25, depth);
  const double ribbon = std::min(to_sulcus - 0.2, depth - 0.6);
  const double cortex = std::lerp(grey_matter, white_matter, step(2.4, 3.8, ribbon));
  const double sulcus = std::lerp(water * 0.85, grey_matter, step(2, 14, depth) * 0.7);
  return std::lerp(sulcus, cortex, step(0.0, 0.9, ribbon)) + 14 * folds_.at(p.x / 5, p.y / 5, p.z / 5);
}

void Head::paint_shell(Canvas& canvas) const {
  const Box box = canvas.everywhere();
  canvas.fill(box, head, 330);
  canvas.paint(
      box, [](const Point& p) { return head(p) + 2; },
      [this](const Point& p) { return fat + 60 * folds_.at(p.x / 4, p.y / 4, p.z / 4); });
  canvas.paint(
      box, [](const Point& p) { return head(p) + 5.5; },
      [this](const Point& p) {
        const double flesh = 270 + 130 * folds_.at(p.x / 9, p.y / 9, p.z / 12);
        return std::lerp(60, flesh, step(100, 112, p.z - 0.25 * p.y));
      });
  const auto diploe = [this](const Point& p) {
    return std::max(std::abs(head(p) + 8.4) - 1.1 - 0.5 * folds_.at(p.x / 12, p.y / 12, p.z / 12), p.z - 110);
  };
  canvas.fill(box, diploe, 330);
}

void Head::paint_brain(Canvas& canvas) const {
  const Box box = canvas.everywhere();
  canvas.fill(
      box, [this](const Point& p) { return brain(p) - 1.8; }, water);
  canvas.paint(
      box, [this](const Point& p) { return brain(p); },
      [this](const Point& p) { return signal_of_brain(p, -brain(p)); });
  // The longitudinal fissure, with the falx dark within.
  const auto fissure = [this](const Point& p, double width) {
    const double reach = std::min(p.y + 42, 34 - p.y) * 0.6 + 74 - p.z;
    const double ends = p.z < 74 ? 1.0 : -1.0;
    return std::max({std::abs(p.x + 1.2 * folds_.at(3, p.y / 15, p.z / 20)) - width, brain(p) - 1,
                     ends > 0 ? -reach : -std::max(std::abs(p.y - 2) - 40, -100.0)});
  };
  canvas.fill(
      box, [&](const Point& p) { return fissure(p, 1.5); }, water * 0.9);
  canvas.fill(
      box, [&](const Point& p) { return fissure(p, 0.45); }, 120);
}

void Head::paint_ventricles(Canvas& canvas) const {
  const Box box{-60, -60, 60, 70};
  const auto paint = [&](const Ellipsoid& shape, double signal) {
    canvas.fill(
        box, [&](const Point& p) { return mirrored(p, shape) + 0.6 * folds_.at(p.x / 6, p.y / 6, p.z / 6); },
        signal);
  };
  if (canvas.z() < 45 || canvas.z() > 112) return;
  paint({{22, -4, 84}, {10, 22, 16}}, 560);  // putamen
  paint({{17, -4, 84}, {7, 14, 12}}, 430);   // pallidum
  paint({{11, 12, 82}, {9, 15, 12}}, 580);   // thalamus
  paint({{13, -20, 74}, {6, 12, 18}}, 600);  // caudate nucleus
  const auto horns = [](const Point& p) {
    const Tube front{{6, -30, 76}, {5, 0, 66}, 5, 5};
    const Tube body{{5, 0, 66}, {17, 30, 74}, 5, 6};
    const Tube back{{17, 30, 74}, {22, 48, 82}, 6, 2.5};
    const Tube temple{{20, 34, 78}, {34, 2, 104}, 4.5, 2};
    const Point q{std::abs(p.x), p.y, p.z};
    return joined(joined(distance(q, front), distance(q, body), 3),
                  std::min(distance(q, back), distance(q, temple)), 3);
  };
  canvas.fill(box, horns, water);
  canvas.fill(
      box,
      [](const Point& p) {
        return distance(p, Ellipsoid{{0, 6, 86}, {2.2, 14, 14}});
      },
      water);
  canvas.fill(
      box,
      [](const Point& p) {
        return distance(p, Ellipsoid{{0, -14, 70}, {1.0, 15, 12}});
      },
      380);
}

void Head::paint_base(Canvas& canvas) const {
  const double z = canvas.z();
  if (z < 92) return;
  const Box box = canvas.everywhere();
  const auto part = [&](const Ellipsoid& shape, double signal) {
    canvas.fill(
        box, [&](const Point& p) { return mirrored(p, shape); }, signal);
  };
  const Ellipsoid fossa{{22, 46, 122}, {36, 34, 29}};
  canvas.fill(
      box, [&](const Point& p) { return mirrored(p, fossa) - 2; }, water * 0.95);
  canvas.paint(
      box, [&](const Point& p) { return mirrored(p, fossa); },
      [this](const Point& p) {
        const double leaf =
            std::sin((std::hypot(p.x, p.y - 20) + 4 * folds_.at(p.x / 12, p.y / 12, p.z / 12)) * 1.5);
        return 530 + 60 * leaf * step(6, 14, std::hypot(p.x, p.y - 36));
      });
  const Tube stem{{0, 16, 92}, {0, 24, 190}, 13.5, 9};
  canvas.fill(
      box, [&](const Point& p) { return distance(p, stem) - 3; }, water);
  canvas.fill(
      box, [&](const Point& p) { return distance(p, stem); }, 430);
  canvas.fill(
      box,
      [](const Point& p) {
        return distance(p, Ellipsoid{{0, 34, 118}, {8, 5, 12}});
      },
      water);
  part({{31, -66, 122}, {17, 17, 17}}, fat);          // orbit
  part({{31, -72, 122}, {12.2, 12.2, 12.2}}, water);  // eye
  part({{31, -81, 122}, {4.6, 2.4, 4.6}}, 160);       // lens
  part({{26, -50, 122}, {3, 14, 3}}, muscle);
  part({{11, -52, 124}, {8, 20, 22}}, nothing);   // ethmoid
  part({{0, -36, 128}, {14, 11, 12}}, nothing);   // sphenoid
  part({{30, -52, 152}, {16, 18, 16}}, nothing);  // maxillary sinus
  part({{46, 24, 128}, {14, 12, 14}}, 70);        // petrous bone
  part({{12, 8, 112}, {2, 2, 40}}, nothing);      // flow void of the carotid
}

void Head::add_noise(Canvas& canvas) const {
  Random random(grain_ ^ static_cast<std::uint64_t>(std::lround(canvas.z() * 16)));
  canvas.each(canvas.everywhere(), [&](float& sample, const Point& p) {
    // Magnitude of a complex signal; the coil is nearer to the front and the sides.
    const double coil = 0.93 + 0.16 * step(20, 100, std::hypot(p.x, p.y));
    const float real = sample * static_cast<float>(coil) + 17 * random.gaussian();
    sample = std::hypot(real, 17 * random.gaussian());
  });
}

Raster<float> Head::slice(double z) const {
  Canvas canvas(size, size, spacing, {0, 0, z}, static_cast<float>(nothing));
  paint_shell(canvas);
  paint_brain(canvas);
  paint_ventricles(canvas);
  paint_base(canvas);
  soften(canvas.raster());
  add_noise(canvas);
  return canvas.raster();
}

}  // namespace pgpacs::generate
