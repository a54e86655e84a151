#include "tests/generate/radiograph.h"

#include "tests/generate/random.h"

namespace pgpacs::generate {

namespace {

/// How long a ray's way through the tube is, the tube's own slope neglected.
double chord(const Point& p, const Tube& tube) {
  const Tube flat{{tube.from.x, tube.from.y, 0}, {tube.to.x, tube.to.y, 0}, 0, 0};
  const Point along = flat.to - flat.from;
  const double t = std::clamp(dot(p - flat.from, along) / std::max(dot(along, along), 1e-9), 0.0, 1.0);
  const Point away = p - (flat.from + along * t);
  const double radius = tube.radius_from + (tube.radius_to - tube.radius_from) * t;
  const double squared = radius * radius - dot(away, away);
  return squared > 0 && radius > 0 ? 2 * std::sqrt(squared) : 0;
}

std::vector<Tube> shrunk(std::span<const Tube> pieces, double by) {
  std::vector<Tube> inner(pieces.begin(), pieces.end());
  for (Tube& tube : inner) {
    tube.radius_from = std::max(tube.radius_from - by, 0.0);
    tube.radius_to = std::max(tube.radius_to - by, 0.0);
  }
  return inner;
}

Box around(std::span<const Tube> pieces) {
  Box all{1e9, 1e9, -1e9, -1e9};
  for (const Tube& tube : pieces) {
    const Box box = generate::around(tube);
    all = {std::min(all.left, box.left), std::min(all.top, box.top), std::max(all.right, box.right),
           std::max(all.bottom, box.bottom)};
  }
  return all;
}

/// Catmull and Rom's curve from b to c.
Point between(const Point& a, const Point& b, const Point& c, const Point& d, double t) {
  return (b * 2 + (c - a) * t + (a * 2 - b * 5 + c * 4 - d) * (t * t) +
          (b * 3 - a - c * 3 + d) * (t * t * t)) *
         0.5;
}

}  // namespace

void Radiograph::add(const Ellipsoid& ellipsoid, double density) {
  const Point& centre = ellipsoid.centre;
  const Point& radii = ellipsoid.radii;
  canvas_.each(generate::around(ellipsoid), [&](float& sample, const Point& p) {
    const double u = (p.x - centre.x) / radii.x;
    const double v = (p.y - centre.y) / radii.y;
    const double squared = 1 - u * u - v * v;
    if (squared > 0) sample += static_cast<float>(density * 2 * radii.z * std::sqrt(squared));
  });
}

void Radiograph::add(const Tube& tube, double density) {
  canvas_.each(generate::around(tube), [&](float& sample, const Point& p) {
    sample += static_cast<float>(density * chord(p, tube));
  });
}

void Radiograph::add(std::span<const Tube> pieces, double density) {
  Canvas longest(canvas_.raster().columns, canvas_.raster().rows, canvas_.spacing(), middle_);
  for (const Tube& tube : pieces) {
    longest.each(generate::around(tube), [&](float& sample, const Point& p) {
      sample = std::max(sample, static_cast<float>(chord(p, tube)));
    });
  }
  const float* chords = longest.raster().samples.data();
  const float* first = canvas_.raster().samples.data();
  canvas_.each(around(pieces), [&](float& sample, const Point&) {
    sample += static_cast<float>(density) * chords[&sample - first];
  });
}

void Radiograph::add_bone(std::span<const Tube> pieces, double rim, double density) {
  constexpr double spongy = 0.35;
  add(pieces, density);
  add(shrunk(pieces, rim), (spongy - 1) * density);
}

void add_quantum_noise(Raster<float>& thickness, std::uint64_t seed, double attenuation, double deviation) {
  Random random(seed);
  Raster<float> grain(thickness.columns, thickness.rows);
  for (float& sample : grain.samples) sample = random.gaussian();
  soften(grain);
  for (std::size_t i = 0; i < grain.samples.size(); ++i) {
    float& sample = thickness.samples[i];
    const float growth = std::exp(static_cast<float>(attenuation) / 2 * sample);
    sample += static_cast<float>(deviation) * growth * grain.samples[i];
  }
}

std::vector<Tube> smooth_path(std::span<const Point> points, double radius, int pieces_between) {
  std::vector<Tube> pieces;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Point& before = points[i == 0 ? 0 : i - 1];
    const Point& after = points[std::min(i + 2, points.size() - 1)];
    for (int piece = 0; piece < pieces_between; ++piece) {
      const auto at = [&](int step) {
        return between(before, points[i], points[i + 1], after, static_cast<double>(step) / pieces_between);
      };
      pieces.push_back({at(piece), at(piece + 1), radius, radius});
    }
  }
  return pieces;
}

}  // namespace pgpacs::generate
