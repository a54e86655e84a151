#pragma once

#include <string>
#include <vector>

#include "tests/generate/geometry.h"
#include "tests/generate/heart.h"
#include "tests/generate/random.h"
#include "tests/generate/raster.h"

namespace pgpacs::generate {

/// One heart beat seen from the apex: four chambers, valves that open and close, speckle, and the screen
/// about it. The last frame leads back to the first.
class Echocardiogram {
 public:
  static constexpr std::size_t columns = 640;
  static constexpr std::size_t rows = 480;
  static constexpr std::size_t frames = 30;
  static constexpr std::size_t apex_x = 320;  ///< where the beams begin, in pixels
  static constexpr std::size_t apex_y = 44;
  static constexpr double spacing = 0.385;    ///< millimetres a pixel
  static constexpr double depth = 150;        ///< millimetres
  static constexpr double half_angle = 0.68;  ///< of the sector

  explicit Echocardiogram(Random random);

  /// `captions` are burned into the top of the screen, a line each.
  Raster<Colour> frame(std::size_t index, const std::vector<std::string>& captions) const;

 private:
  /// A pixel of the sector, and what of it does not move.
  struct Pixel {
    std::size_t x;
    std::size_t y;
    Point p;
    double range;
    double angle;
    double gain;
    double wobble;
    double surroundings;
    double flesh;
  };

  Pixel pixel(std::size_t x, std::size_t y, const Point& p) const;
  double brightness(const Pixel& pixel, const Heart& heart, double turn) const;

  Noise speckle_;
  Noise shape_;
  std::vector<Pixel> sector_;
};

}  // namespace pgpacs::generate
