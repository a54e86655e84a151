#include "tests/generate/phantom_cr.h"

#include <array>

#include "tests/generate/phantom_ct.h"

namespace pgpacs::generate {

namespace {

/// The lungs' outline; the domes of the diaphragm cut it below, the right one higher.
double lung_outline(const Point& p) {
  const double side = std::abs(p.x);
  const double sac = ellipse({side, p.y, 0}, 71, 10, 70 - 0.08 * (10 - p.y), 172);
  const double aside = side - (p.x < 0 ? 66 : 70);
  const double dome = p.y - (p.x < 0 ? 92 : 106) - aside * aside / 115;
  return without(without(sac, side - 17 - 0.03 * std::abs(p.y + 60), 14), -dome, 6);
}

double heart_outline(const Point& p) {
  const double right = ellipse(p, -14, 48, 30, 46);
  const double left = ellipse(p, 42, 68, 46, 38);
  const double upper = ellipse(p, 20, 6, 30, 52);
  return joined(joined(right, left, 30), upper, 26);
}

double body_thickness(const Point& p) {
  const double half_width = 62 + 126 * step(-250, -140, p.y - 0.06 * std::abs(p.x));
  const double k = std::abs(p.x) / half_width;
  if (k >= 1) return 0;
  const double depth = 118 + 92 * step(-170, 20, p.y);
  return depth * std::sqrt(1 - k * k * k);
}

}  // namespace

void ChestFilm::add_body(Radiograph& film) const {
  film.canvas().each(film.canvas().everywhere(), [this](float& sample, const Point& p) {
    const double muscle = 1 + 0.015 * texture_.at(p.x / 30, p.y / 30);
    sample = static_cast<float>(body_thickness(p) * muscle);
  });
}

void ChestFilm::add_lungs(Radiograph& film) {
  film.canvas().each(film.canvas().everywhere(), [this](float& sample, const Point& p) {
    const double depth = -lung_outline(p);
    if (depth <= 0) return;
    const double air = 128 * std::sqrt(std::min(depth / 40, 1.0)) * (0.9 + 0.1 * step(-150, 0, p.y));
    const double heart = std::clamp(-heart_outline(p) / 36, 0.0, 1.0);
    const double free = std::max(air - 84 * std::sqrt(heart * (2 - heart)), 0.0);
    const double grain = 0.012 * texture_.at(p.x / 3, p.y / 3) + 0.02 * texture_.at(p.x / 11, p.y / 11, 7);
    sample -= static_cast<float>(free * (0.80 + grain));
  });
  for (const auto& [tube, from, to] : lung_vessels(random_)) {
    const auto placed = [](const Point& p) { return Point{p.x * 1.02, (p.z - 86) * 1.3 - 8, 0}; };
    film.add(Tube{placed(tube.from), placed(tube.to), tube.radius_from, tube.radius_to}, 0.85);
  }
}

void ChestFilm::add_middle(Radiograph& film) const {
  film.add(Tube{{0, -230, 0}, {0, 200, 0}, 26, 29}, 0.3);
  film.add(Ellipsoid{{24, -62, 0}, {18, 19, 15}}, 0.8);
  film.add(Ellipsoid{{28, -26, 0}, {16, 22, 12}}, 0.7);
  film.add(Tube{{30, -60, 0}, {22, 180, 0}, 13, 12}, 0.6);
  for (const double side : {-1.0, 1.0}) film.add(Ellipsoid{{side * 37, -6, 0}, {14, 26, 9}}, 0.8);
  const std::array windpipe{Tube{{1, -240, 0}, {3, -62, 0}, 9, 8.5}, Tube{{3, -62, 0}, {-28, -34, 0}, 7, 5},
                            Tube{{3, -62, 0}, {36, -28, 0}, 6.5, 4.5}};
  film.add(windpipe, -1.3);
  film.add(Ellipsoid{{66, 138, 0}, {34, 18, 26}}, -0.85);
}

void ChestFilm::add_bones(Radiograph& film) const {
  for (int vertebra = 0; vertebra < 18; ++vertebra) {
    const double y = -214 + 24.5 * vertebra;
    film.add_bone(std::array{Tube{{-11, y, 0}, {11, y, 0}, 9.5, 9.5}}, 1.5, 1.1);
    film.add_bone(std::array{Tube{{0, y + 9, 0}, {0, y + 17, 0}, 4, 3}}, 1.2, 1.3);
    for (const double side : {-1.0, 1.0}) {
      film.add_bone(std::array{Tube{{side * 10, y - 2, 0}, {side * 33, y - 6, 0}, 4.5, 3.5}}, 1.2, 1.0);
      film.add_bone(std::array{Tube{{side * 11, y - 2, 0}, {side * 11.5, y + 2, 0}, 3.6, 3.6}}, 1.4, 1.1);
    }
  }
  for (const double side : {-1.0, 1.0}) {
    for (int rib = 0; rib < 11; ++rib) {
      const double top = -172 + 25.5 * rib;
      const double widest = 66 + 76 * step(-1.4, 6, rib) - 10 * step(7, 11, rib);
      std::vector<Point> points;
      for (double turn = 0.12; turn < (rib < 9 ? 2.62 : 1.9); turn += 0.18) {
        points.push_back({side * (12 + (widest - 12) * std::sin(turn)), top + 98 * step(-0.1, 3.1, turn), 0});
      }
      film.add_bone(smooth_path(points, 5.4, 3), 1.0, 2.5);
    }
    const std::array<Point, 5> clavicle{{{side * 13, -124, 0},
                                         {side * 42, -137, 0},
                                         {side * 80, -142, 0},
                                         {side * 118, -154, 0},
                                         {side * 152, -160, 0}}};
    film.add_bone(smooth_path(clavicle, 6), 1.4, 2.4);
    const std::array<Point, 4> blade{
        {{side * 132, -128, 0}, {side * 121, -90, 0}, {side * 124, -40, 0}, {side * 140, -2, 0}}};
    film.add_bone(smooth_path(blade, 3.6), 1.2, 1.2);
    film.add(Ellipsoid{{side * 144, -84, 0}, {24, 66, 3}}, 1.2);
    film.add_bone(std::array{Tube{{side * 172, -138, 0}, {side * 176, -132, 0}, 24, 24}}, 1.6, 1.0);
  }
}

Raster<float> ChestFilm::take() {
  Radiograph film(columns / 2, rows / 2, spacing * 2);
  add_body(film);
  add_lungs(film);
  add_middle(film);
  add_bones(film);
  soften(film.canvas().raster());
  Raster<float> large = doubled(film.thickness());
  add_quantum_noise(large, random_.next(), attenuation, 0.6);
  return large;
}

}  // namespace pgpacs::generate
