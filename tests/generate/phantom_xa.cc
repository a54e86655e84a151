#include "tests/generate/phantom_xa.h"

#include <array>

namespace pgpacs::generate {

namespace {

constexpr Point ostium{-22, -34, 0};
constexpr double millimetres_a_frame = 14;
constexpr double last_injection = 11;  // frame

/// How much of the blood is contrast, so far along the artery.
double concentration(double path, double frame) {
  const double arrival = path / millimetres_a_frame + 1.5;
  return step(arrival - 1, arrival + 1.2, frame) *
         (1 - step(arrival + last_injection - 5, arrival + last_injection + 3, frame));
}

/// The heart beats in 12 frames; what lies farther from the aorta moves more.
Point beaten(const Point& p, double frame) {
  const double squeeze = 0.5 - 0.5 * std::cos(6.2832 * frame / 12);
  const double share = std::min(length(p - ostium) / 80, 1.0) * squeeze;
  return p + Point{-5.5 * share, -7.0 * share, 0};
}

}  // namespace

Angiogram::Angiogram(Random random) : background_(background(random)), grain_(0) {
  const std::array<Growth, 3> arteries{{{ostium, {0.9, 0.55, 0}, 1.9, 42, 5, 0.42, 0.25},
                                        {ostium, {0.35, 1.0, 0}, 1.75, 46, 5, 0.42, 0.25},
                                        {ostium, {0.98, 0.12, 0}, 1.25, 34, 4, 0.45, 0.25}}};
  for (const Growth& artery : arteries) grow(branches_, random, artery);
  grain_ = random.next();
}

Raster<float> Angiogram::background(Random& random) {
  Radiograph film(size, size, spacing);
  const Noise texture(random.next());
  film.canvas().each(film.canvas().everywhere(), [&](float& sample, const Point& p) {
    const double lung = 46 * step(-6, 26, ellipse(p, 4, 14, 58, 62)) * (1 - step(38, 66, p.y + 0.25 * p.x));
    sample = static_cast<float>(150 - lung + 4 * texture.at(p.x / 9, p.y / 9) +
                                7 * texture.at(p.x / 30, p.y / 30, 4));
  });
  for (int vertebra = 0; vertebra < 7; ++vertebra) {
    const double y = -78 + 26.0 * vertebra;
    film.add_bone(std::array{Tube{{-62, y, 0}, {-46, y + 2, 0}, 11, 11}}, 1.5, 0.9);
  }
  for (int rib = 0; rib < 5; ++rib) {
    const double y = -96 + 32.0 * rib;
    const std::array<Point, 4> points{{{-44, y, 0}, {0, y + 2, 0}, {44, y + 16, 0}, {82, y + 38, 0}}};
    film.add_bone(smooth_path(points, 5.2), 1.0, 0.9);
  }
  const std::array<Point, 5> catheter{{{-34, 90, 0}, {-33, 20, 0}, {-36, -46, 0}, {-30, -56, 0}, ostium}};
  film.add(smooth_path(catheter, 1.0, 10), 3.5);
  soften(film.canvas().raster());
  return film.thickness();
}

Raster<float> Angiogram::contrast(std::size_t index) const {
  const auto frame = static_cast<double>(index);
  Radiograph film(size, size, spacing);
  std::vector<Tube> pieces;
  // Where one is thick, all of it is thick: the radius stands for the concentration too.
  for (const auto& [tube, from, to] : branches_) {
    const double share = concentration((from + to) / 2, frame);
    if (share < 0.02) continue;
    pieces.push_back({beaten(tube.from, frame), beaten(tube.to, frame), tube.radius_from * std::sqrt(share),
                      tube.radius_to * std::sqrt(share)});
  }
  if (!pieces.empty()) film.add(pieces, 14);
  soften(film.canvas().raster());
  return film.thickness();
}

Raster<std::uint8_t> Angiogram::frame(std::size_t index) const {
  Raster<float> thickness = contrast(index);
  for (std::size_t i = 0; i < thickness.samples.size(); ++i) thickness.samples[i] += background_.samples[i];
  Raster<float> grain(size, size);
  Random random(grain_ + index);
  for (float& sample : grain.samples) sample = random.gaussian();
  soften(grain);
  Raster<std::uint8_t> picture(size, size);
  const Canvas canvas(size, size, spacing);
  for (std::size_t y = 0; y < size; ++y) {
    for (std::size_t x = 0; x < size; ++x) {
      const double light = 235 * std::exp(-0.0095 * (thickness.at(x, y) - 96));
      const Point p = canvas.at(x, y);
      const double shutter = 1 - step(79, 81, length(p));
      const double value = (light + 0.75 * std::sqrt(light) * grain.at(x, y)) * shutter + 8;
      picture.at(x, y) = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
  }
  return picture;
}

}  // namespace pgpacs::generate
