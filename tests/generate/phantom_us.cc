#include "tests/generate/phantom_us.h"

#include <array>

#include "tests/generate/glyph.h"

namespace pgpacs::generate {

namespace {

constexpr double pi = 3.14159265;
constexpr Colour white{225, 225, 225};
constexpr Colour green{70, 220, 90};
constexpr Colour amber{235, 190, 60};

double electrocardiogram(double phase) {
  return 0.14 * bell(phase, 0.87, 0.025) - 0.16 * bell(phase, 0.985, 0.008) + bell(phase, 0.005, 0.009) -
         0.25 * bell(phase, 0.025, 0.009) + 0.26 * bell(phase, 0.30, 0.04);
}

void plot(Raster<Colour>& picture, double x, double y, Colour colour) {
  const auto column = static_cast<std::size_t>(std::max(x, 0.0));
  const auto row = static_cast<std::size_t>(std::max(y, 0.0));
  if (column < picture.columns && row < picture.rows) picture.at(column, row) = colour;
}

void draw_electrocardiogram(Raster<Colour>& picture, double phase) {
  double before = 455;
  for (std::size_t x = 60; x < 580; ++x) {
    const double y = 455 - 30 * electrocardiogram(static_cast<double>(x) / 260);
    for (double row = std::min(y, before); row <= std::max(y, before); row += 1) {
      plot(picture, static_cast<double>(x), row, green);
    }
    before = y;
  }
  const double now = 260 * (1 + phase);
  for (int row = -8; row <= 8; ++row) plot(picture, now, 455 + row, amber);
}

void draw_scales(Raster<Colour>& picture) {
  for (std::size_t y = 80; y < 336; ++y) {
    const auto level = static_cast<std::uint8_t>(335 - y);
    for (std::size_t x = 16; x < 28; ++x) picture.at(x, y) = {level, level, level};
  }
  for (int centimetre = 0; centimetre <= 15; ++centimetre) {
    const double y = Echocardiogram::apex_y + centimetre * 10 / Echocardiogram::spacing;
    const int width = centimetre % 5 == 0 ? 8 : 4;
    for (int x = 0; x < width; ++x) plot(picture, 604 + x, y, white);
    if (centimetre % 5 == 0) {
      write_text(picture, std::to_string(centimetre), 616, static_cast<std::size_t>(y) - 3, 1, white);
    }
  }
}

}  // namespace

Echocardiogram::Echocardiogram(Random random) : speckle_(random.next()), shape_(random.next()) {
  for (std::size_t y = apex_y; y < rows; ++y) {
    for (std::size_t x = 0; x < columns; ++x) {
      const Point p{(static_cast<double>(x) - static_cast<double>(apex_x)) * spacing,
                    static_cast<double>(y - apex_y) * spacing, 0};
      const bool is_inside = std::abs(p.x) <= std::tan(half_angle) * p.y && length(p) <= depth;
      if (is_inside && length(p) > 2) sector_.push_back(pixel(x, y, p));
    }
  }
}

Echocardiogram::Pixel Echocardiogram::pixel(std::size_t x, std::size_t y, const Point& p) const {
  const double range = length(p);
  const double angle = std::atan2(p.x, p.y);
  const double edge = step(half_angle, half_angle - 0.14, std::abs(angle));
  return {.x = x,
          .y = y,
          .p = p,
          .range = range,
          .angle = angle,
          .gain = (0.55 + 0.45 * edge) * (1.1 - 0.4 * step(90, 150, range)),
          .wobble = 1.6 * shape_.at(p.x / 14, p.y / 14) + 0.8 * shape_.at(p.x / 5, p.y / 5, 3),
          .surroundings = 0.09 + 0.06 * shape_.at(p.x / 22, p.y / 16, 9),
          .flesh = 0.30 + 0.08 * shape_.at(p.x / 9, p.y / 9, 5)};
}

double Echocardiogram::brightness(const Pixel& pixel, const Heart& heart, double turn) const {
  // Cells of equal angle: speckle grows wide with depth. Tissue carries its speckle along.
  const double along = (pixel.range - 5 * heart.squeeze()) / 0.85;
  const double across = pixel.angle * 62;
  const double real = speckle_.at(along, across, turn);
  const double imaginary = speckle_.at(along + 500, across, turn);
  const double near_field = 0.5 * step(14, 2, pixel.range);
  const double strength = heart.echo(pixel.p, pixel.wobble, pixel.surroundings, pixel.flesh) + near_field;
  const double amplitude = strength * pixel.gain * std::sqrt(real * real + imaginary * imaginary);
  const double decibels = 20 * std::log10(std::max(amplitude, 1e-5));
  return std::clamp((decibels + 44) / 44, 0.0, 1.0);
}

Raster<Colour> Echocardiogram::frame(std::size_t index, const std::vector<std::string>& captions) const {
  const double phase = static_cast<double>(index) / frames;
  const double turn = 20 + 0.7 * std::sin(2 * pi * phase);
  const Heart heart(phase);
  Raster<Colour> picture(columns, rows, {4, 4, 8});
  for (const Pixel& pixel : sector_) {
    const auto level = static_cast<std::uint8_t>(std::lround(235 * brightness(pixel, heart, turn)));
    picture.at(pixel.x, pixel.y) = {level, level, level};
  }
  draw_scales(picture);
  draw_electrocardiogram(picture, phase);
  for (std::size_t line = 0; line < captions.size(); ++line) {
    write_text(picture, captions[line], 14, 8 + 12 * line, 1, line == 0 ? amber : white);
  }
  return picture;
}

}  // namespace pgpacs::generate
