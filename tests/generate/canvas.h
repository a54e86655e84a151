#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tests/generate/geometry.h"
#include "tests/generate/raster.h"

namespace pgpacs::generate {

/// A rectangle in millimetres.
struct Box {
  double left;
  double top;
  double right;
  double bottom;
};

inline Box around(const Tube& tube) {
  const double r = std::max(tube.radius_from, tube.radius_to) + 2;
  return {std::min(tube.from.x, tube.to.x) - r, std::min(tube.from.y, tube.to.y) - r,
          std::max(tube.from.x, tube.to.x) + r, std::max(tube.from.y, tube.to.y) + r};
}

inline Box around(const Ellipsoid& ellipsoid) {
  const auto& [centre, radii] = ellipsoid;
  return {centre.x - radii.x - 2, centre.y - radii.y - 2, centre.x + radii.x + 2, centre.y + radii.y + 2};
}

/// A picture in millimetres, at the depth z of its middle.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows, double spacing, Point middle = {}, float value = 0)
      : raster_(columns, rows, value), spacing_(spacing), middle_(middle) {}

  Raster<float>& raster() { return raster_; }
  const Raster<float>& raster() const { return raster_; }
  double spacing() const { return spacing_; }
  double z() const { return middle_.z; }

  Point at(std::size_t x, std::size_t y) const {
    return {middle_.x + (static_cast<double>(x) - static_cast<double>(raster_.columns - 1) / 2) * spacing_,
            middle_.y + (static_cast<double>(y) - static_cast<double>(raster_.rows - 1) / 2) * spacing_,
            middle_.z};
  }

  /// Calls `change(sample, point)` for every pixel of `box`.
  template <typename Change>
  void each(const Box& box, Change change) {
    const std::size_t left = index(box.left - middle_.x, raster_.columns);
    const std::size_t right = index(box.right - middle_.x, raster_.columns);
    const std::size_t bottom = index(box.bottom - middle_.y, raster_.rows);
    for (std::size_t y = index(box.top - middle_.y, raster_.rows); y < bottom; ++y) {
      for (std::size_t x = left; x < right; ++x) change(raster_.at(x, y), at(x, y));
    }
  }

  Box everywhere() const {
    const double x = static_cast<double>(raster_.columns) * spacing_;
    const double y = static_cast<double>(raster_.rows) * spacing_;
    return {middle_.x - x, middle_.y - y, middle_.x + x, middle_.y + y};
  }

  /// Replaces what is there by `value` inside of a shape; pixels on its edge take a part of each.
  template <typename Distance, typename Value>
  void paint(const Box& box, Distance distance_to, Value value) {
    each(box, [&](float& sample, const Point& p) {
      const double share = std::clamp(0.5 - distance_to(p) / spacing_, 0.0, 1.0);
      if (share > 0) sample += static_cast<float>(share) * (static_cast<float>(value(p)) - sample);
    });
  }

  template <typename Distance>
  void fill(const Box& box, Distance distance_to, double value) {
    paint(box, distance_to, [value](const Point&) { return value; });
  }

 private:
  std::size_t index(double mm, std::size_t size) const {
    const double pixel = std::ceil(mm / spacing_ + static_cast<double>(size - 1) / 2);
    return static_cast<std::size_t>(std::clamp(pixel, 0.0, static_cast<double>(size)));
  }

  Raster<float> raster_;
  double spacing_;
  Point middle_;
};

/// One pass of 1-2-1 along rows and columns: detectors and reconstructions never give white noise.
void soften(Raster<float>& raster);

/// A picture of twice the size, blended between the samples.
Raster<float> doubled(const Raster<float>& raster);

}  // namespace pgpacs::generate
