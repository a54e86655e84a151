#include "tests/generate/phantom_dx.h"

namespace pgpacs::generate {

namespace {

constexpr Point middle{4, -27, 0};  // of the picture; the hand's own zero is in the palm

/// A bone of the hand: narrow shaft, wide ends, and a gap for the joint's cartilage.
std::vector<Tube> long_bone(const Point& from, const Point& to, double radius) {
  const double whole = length(to - from);
  const double first = (radius * 1.2 + 0.3) / whole;
  const double last = 1 - (radius * 1.1 + 0.7) / whole;
  const auto at = [&](double t) { return from + (to - from) * (first + (last - first) * t); };
  return {{at(0), at(0.06), radius * 1.25, radius * 1.22},
          {at(0.06), at(0.28), radius * 1.22, radius * 0.82},
          {at(0.28), at(0.70), radius * 0.82, radius * 0.76},
          {at(0.70), at(0.94), radius * 0.76, radius * 1.08},
          {at(0.94), at(1), radius * 1.08, radius * 1.08}};
}

}  // namespace

std::vector<HandFilm::Ray> HandFilm::rays() {
  // Base of the metacarpal, direction in degrees from straight up, lengths of the bones, radius. Thumb first:
  // a left hand's back towards the tube has it on the right of the picture.
  struct Plan {
    Point base;
    double lean;
    std::array<double, 4> lengths;
    double radius;
  };
  const std::array<Plan, 5> plans{{{{24, 34, 0}, 40, {42, 32, 0, 25}, 5.0},
                                   {{14, 24, 0}, 12, {62, 39, 24, 18}, 4.3},
                                   {{1, 22, 0}, 2, {60, 43, 29, 19}, 4.5},
                                   {{-10, 25, 0}, -8, {54, 40, 27, 19}, 4.0},
                                   {{-20, 30, 0}, -20, {49, 32, 19, 17}, 3.6}}};
  std::vector<Ray> all;
  for (const Plan& plan : plans) {
    Ray ray{{plan.base}, plan.radius};
    double lean = plan.lean + random_.uniform(-1.5, 1.5);
    for (const double bone : plan.lengths) {
      if (bone == 0) continue;
      const double angle = lean * 0.0174533;
      ray.joints.push_back(ray.joints.back() + Point{std::sin(angle), -std::cos(angle), 0} * bone);
      lean *= 0.88;
    }
    all.push_back(ray);
  }
  return all;
}

Raster<float> HandFilm::flesh(const std::vector<Ray>& rays) {
  std::vector<Tube> fingers;
  for (const Ray& ray : rays) {
    for (std::size_t i = 0; i + 1 < ray.joints.size(); ++i) {
      const double wide = ray.radius + (i == 0 ? 7.0 : 4.8 - 0.5 * static_cast<double>(i));
      const double narrow = i + 2 == ray.joints.size() ? ray.radius + 2.6 : wide - 0.5;
      fingers.push_back({ray.joints[i], ray.joints[i + 1], wide, narrow});
    }
  }
  // It has no fine detail, so that half the resolution will do.
  Canvas film(columns / 2, rows / 2, spacing * 2, middle);
  film.each(film.everywhere(), [&](float& sample, const Point& p) {
    double surface = 1e9;
    for (const Tube& tube : fingers) surface = joined(surface, distance(p, tube), 5);
    const double palm = std::min(ellipse(p, -2, -8, 40, 42), ellipse(p, 0, 20, 32, 34));
    const double arm = distance(p, Tube{{0, 46, 0}, {0, 190, 0}, 28, 31});
    surface = joined(surface, joined(palm, arm, 22), 12);
    if (surface >= 0) return;
    const double half = std::min(-surface, 15.0);
    sample = static_cast<float>(2 * std::sqrt(half * (30 - half)) * 0.85);
  });
  return doubled(film.raster());
}

void HandFilm::add_fingers(Radiograph& film, const std::vector<Ray>& rays) const {
  for (const Ray& ray : rays) {
    for (std::size_t i = 0; i + 1 < ray.joints.size(); ++i) {
      const double radius = ray.radius * (1 - 0.13 * static_cast<double>(i));
      const Point& from = ray.joints[i];
      const Point& to = ray.joints[i + 1];
      film.add_bone(long_bone(from, to, radius), 1.15, 1.75);
      if (i + 2 < ray.joints.size()) continue;
      const Point along = to - from;
      film.add(Ellipsoid{from + along * 0.96, {radius * 1.0, radius * 0.7, 1.6}}, 1.4);
    }
  }
}

void HandFilm::add_wrist(Radiograph& film) const {
  struct Carpal {
    Point centre;
    double reach;
    double lean;
    double radius;
  };
  // Scaphoid, lunate, triquetrum, pisiform; trapezium, trapezoid, capitate, hamate.
  constexpr std::array<Carpal, 8> carpals{{{{13, 49, 0}, 5, 0.9, 6},
                                           {{0, 53, 0}, 3, 0.1, 6.6},
                                           {{-12, 50, 0}, 3, -0.6, 6},
                                           {{-15, 46, 0}, 1, 0, 4.2},
                                           {{20, 38, 0}, 3, 0.5, 5.6},
                                           {{11, 33, 0}, 2, 0, 5},
                                           {{1, 37, 0}, 5, 1.5, 6},
                                           {{-11, 37, 0}, 4, 1.2, 6.2}}};
  for (const auto& [centre, reach, lean, radius] : carpals) {
    const Point half{std::cos(lean) * reach, std::sin(lean) * reach, 0};
    film.add_bone(std::array{Tube{centre - half, centre + half, radius, radius * 0.92}}, 0.9, 1.35);
  }
  const std::array<Tube, 3> radius{{{{8, 71, 0}, {9, 78, 0}, 13, 12},
                                    {{9, 78, 0}, {10, 98, 0}, 12, 7.5},
                                    {{10, 98, 0}, {11, 200, 0}, 7.5, 7}}};
  film.add_bone(radius, 1.6, 1.5);
  film.add(Tube{{17, 63, 0}, {15, 72, 0}, 3.2, 5}, 0.35);
  const std::array<Tube, 3> ulna{{{{-15, 69, 0}, {-15, 75, 0}, 7.5, 7.5},
                                  {{-15, 75, 0}, {-14, 92, 0}, 7.5, 5.5},
                                  {{-14, 92, 0}, {-12, 200, 0}, 5.5, 5.8}}};
  film.add_bone(ulna, 1.5, 1.5);
  film.add(Tube{{-18, 59, 0}, {-17, 66, 0}, 1.6, 3}, 0.6);
}

void HandFilm::add_texture(Radiograph& film, const Raster<float>& flesh) const {
  const float* before = flesh.samples.data();
  const float* first = film.canvas().raster().samples.data();
  film.canvas().each(film.canvas().everywhere(), [&](float& sample, const Point& p) {
    const float bone = sample - before[&sample - first];
    if (sample <= 0) return;
    const double spongy =
        0.10 * texture_.at(p.x / 0.7, p.y / 1.1) + 0.10 * texture_.at(p.x / 2.4, p.y / 3.4, 3);
    sample += static_cast<float>(bone * spongy + 0.5 * texture_.at(p.x / 4, p.y / 4, 9));
  });
}

Raster<float> HandFilm::take() {
  Radiograph film(columns, rows, spacing, middle);
  const auto all = rays();
  const Raster<float> before = flesh(all);
  film.canvas().raster() = before;
  add_fingers(film, all);
  add_wrist(film);
  add_texture(film, before);
  Raster<float> picture = film.thickness();
  soften(picture);
  add_quantum_noise(picture, random_.next(), 0.02, 0.45);
  return picture;
}

}  // namespace pgpacs::generate
