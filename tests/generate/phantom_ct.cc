#include "tests/generate/phantom_ct.h"

#include <array>

namespace pgpacs::generate {

namespace {

constexpr double air = -1000;
constexpr double fat = -102;
constexpr double muscle = 58;
constexpr double skin = 25;

/// An organ or vessel of one density.
template <typename Shape>
struct Part {
  Shape shape;
  double density;
};

template <typename Shape, std::size_t count>
void paint_parts(Canvas& canvas, const std::array<Part<Shape>, count>& parts) {
  for (const auto& [shape, density] : parts) {
    canvas.fill(
        around(shape), [&part = shape](const Point& p) { return distance(p, part); }, density);
  }
}

void paint_table(Canvas& canvas) {
  const auto shell = [](const Point& p, double thickness) {
    const double curve = 141 - 0.0007 * p.x * p.x;
    return std::max(std::abs(p.y - curve - 8) - thickness, std::abs(p.x) - 205);
  };
  const Box box{-210, 100, 210, 170};
  canvas.fill(
      box, [&](const Point& p) { return shell(p, 9); }, -350);
  canvas.fill(
      box, [&](const Point& p) { return shell(p, 7.5); }, -930);
}

}  // namespace

Thorax::Thorax(Random random)
    : texture_(random.next()),
      grain_(random.next()),
      girth_(random.uniform(0.98, 1.06)),
      nodule_{{-70 + random.uniform(-8, 8), 22 + random.uniform(-8, 8), 84}, {7.5, 6.5, 8.5}},
      lung_vessels_(lung_vessels(random)) {
  for (const double turn : {-0.9, -0.2, 0.5, 1.3}) {
    const Point direction{-1, std::sin(turn), 0.3 * std::cos(3 * turn)};
    grow(liver_vessels_, random, {{-20, 8, 190}, direction, 5, 30, 5, 0.55, 0.8});
  }
}

double body_surface(const Point& p, double girth) {
  const double a = 160 * girth + 24 * (1 - step(0, 60, p.z));
  const double b = 113 * girth;
  const double u = p.x * p.x / (a * a);
  const double v = p.y * p.y / (b * b);
  const double k = std::sqrt(u + v - 0.3 * u * v);  // squarer than an ellipse
  return k < 0.2 ? -b : std::sqrt(p.x * p.x + p.y * p.y) * (1 - 1 / k);
}

double Thorax::muscles(const Point& p, const Chest& chest) const {
  const double upper = 1 - step(95, 135, p.z);
  const double wall = chest.cavity(p) - 16 - 2.5 * texture_.at(p.x / 26, p.y / 26, p.z / 40);
  const Point q{std::abs(p.x), p.y, p.z};  // both sides are alike
  const double back = ellipse(q, 27, 90, 29, 19);
  const double pectoral = ellipse(q, 52, -84, 62 * upper + 1, 17);
  const double shoulder = ellipse(q, 116, 24, 42 * upper + 1, 62 * upper + 1);
  return joined(joined(wall, back, 14), joined(pectoral, shoulder, 20), 14);
}

void Thorax::paint_wall(Canvas& canvas) const {
  const Chest chest(canvas.z());
  const auto body = [this](const Point& p) { return body_surface(p, girth_); };
  const Box box = canvas.everywhere();
  canvas.fill(box, body, skin);
  canvas.paint(
      box, [&](const Point& p) { return body(p) + 2.2; },
      [this](const Point& p) { return fat + 9 * texture_.at(p.x / 9, p.y / 9, p.z / 12); });
  const Box inside{-165, -120, 165, 120};
  canvas.paint(
      inside,
      [&](const Point& p) {
        const double skin_depth = body(p) + 4.5;
        return skin_depth > 2 ? skin_depth : std::max(muscles(p, chest), skin_depth);
      },
      [this](const Point& p) {
        const double streak = texture_.at(p.x / 7 + 40, p.y / 4, p.z / 9);
        return muscle + 7 * streak - 90 * step(0.55, 0.85, streak);
      });
  canvas.fill(
      {-130, -90, 130, 100}, [&](const Point& p) { return chest.cavity(p) + 3; }, -60);
}

void Thorax::paint_heart(Canvas& canvas) const {
  static const std::array<Part<Ellipsoid>, 8> parts{{
      {{{18, -20, 126}, {56, 47, 53}}, -95},
      {{{18, -20, 126}, {52, 43, 49}}, 105},
      {{{-2, -38, 128}, {27, 17, 34}}, 205},
      {{{-27, -14, 124}, {17, 24, 28}}, 185},
      {{{8, 12, 108}, {30, 14, 18}}, 230},
      {{{38, -12, 134}, {23, 20, 30}}, 235},
      {{{32, -4, 140}, {4, 4, 9}}, 110},
      {{{44, -22, 140}, {4, 4, 8}}, 110},
  }};
  paint_parts(canvas, parts);
}

void Thorax::paint_vessels(Canvas& canvas) const {
  static const std::array<Part<Tube>, 13> parts{{
      {{{-8, -24, 108}, {-8, -24, 46}, 16, 14.5}, 250},  // ascending aorta
      {{{-7, -22, 46}, {22, 34, 42}, 13.5, 12}, 250},    // arch
      {{{22, 38, 44}, {12, 42, 400}, 12, 10}, 245},      // descending
      {{{-15, -12, 38}, {-28, -18, -30}, 6, 5}, 245},    // to the head and arms
      {{{-2, 0, 34}, {-8, -4, -30}, 4, 4}, 245},
      {{{13, 14, 36}, {24, 10, -30}, 4.5, 4.5}, 245},
      {{{-27, -10, 105}, {-27, -14, 5}, 9, 8.5}, 300},  // superior vena cava
      {{{-22, 2, 150}, {-24, 8, 400}, 11, 12}, 140},    // inferior
      {{{15, -30, 102}, {14, -20, 72}, 13, 12}, 270},   // pulmonary trunk and arteries
      {{{14, -18, 76}, {-36, 6, 82}, 10, 8}, 270},
      {{{14, -18, 72}, {40, 14, 70}, 10, 8}, 270},
      {{{2, 36, -30}, {6, 34, 170}, 6, 7}, 45},  // oesophagus
      {{{2, 36, -30}, {6, 34, 170}, 2, 1.5}, -300},
  }};
  paint_parts(canvas, parts);
}

void Thorax::paint_abdomen(Canvas& canvas) const {
  const Chest chest(canvas.z());
  const auto belly = [&chest](const Point& p) { return chest.belly(p); };
  const auto organ = [&](const Ellipsoid& shape, double density, double grain) {
    canvas.paint(
        around(shape), [&](const Point& p) { return std::max(belly(p) + 2, distance(p, shape)); },
        [&](const Point& p) { return density + grain * texture_.at(p.x / 5, p.y / 5, p.z / 5); });
  };
  canvas.fill({-130, -85, 130, 100}, belly, -92);
  organ({{-44, -2, 225}, {96, 92, 100}}, 108, 6);
  organ({{16, -56, 196}, {58, 26, 44}}, 108, 6);
  for (const auto& [tube, from, to] : liver_vessels_) {
    if (canvas.z() < 150) break;
    canvas.fill(
        around(tube),
        [&part = tube, &belly](const Point& p) { return std::max(belly(p) + 9, distance(p, part)); }, 158);
  }
  organ({{84, 44, 205}, {34, 32, 52}}, 128, 5);
  organ({{58, -22, 208}, {48, 40, 58}}, 40, 8);
  const Ellipsoid gas{{58, -42, 200}, {32, 17, 44}};
  canvas.fill(
      around(gas), [&](const Point& p) { return std::max(belly(p) + 4, distance(p, gas)); }, -960);
  organ({{48, 62, 260}, {25, 24, 52}}, 175, 10);
  organ({{-46, 64, 275}, {25, 24, 52}}, 175, 10);
}

void Thorax::add_noise(Canvas& canvas) const {
  Random random(grain_ ^ static_cast<std::uint64_t>(std::lround(canvas.z() * 16 + 1e6)));
  Raster<float> grain(size, size);
  for (float& sample : grain.samples) sample = random.gaussian();
  soften(grain);
  for (std::size_t y = 0; y < size; ++y) {
    for (std::size_t x = 0; x < size; ++x) {
      // The beam is weakest in the middle of the body.
      const Point p = canvas.at(x, y);
      const double deviation = 40 - 16 * step(0, 180, std::sqrt(p.x * p.x + 2 * p.y * p.y));
      canvas.raster().at(x, y) += static_cast<float>(deviation) * grain.at(x, y);
    }
  }
}

Raster<float> Thorax::slice(double z) const {
  Canvas canvas(size, size, spacing, {0, 0, z}, air);
  paint_table(canvas);
  paint_wall(canvas);
  paint_lungs(canvas);
  paint_heart(canvas);
  paint_vessels(canvas);
  paint_abdomen(canvas);
  paint_bones(canvas);
  soften(canvas.raster());
  add_noise(canvas);
  return canvas.raster();
}

}  // namespace pgpacs::generate
