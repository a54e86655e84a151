#include "tests/generate/phantom_sc.h"

#include <array>
#include <cmath>

#include "tests/generate/glyph.h"

namespace pgpacs::generate {

namespace {

constexpr Colour paper{24, 28, 36};
constexpr Colour header{36, 74, 128};
constexpr Colour rule{70, 80, 96};
constexpr Colour ink{222, 226, 232};
constexpr Colour pale{140, 150, 166};
constexpr Colour accent{242, 176, 64};

void fill(Raster<Colour>& picture, std::size_t left, std::size_t top, std::size_t width, std::size_t height,
          Colour colour) {
  for (std::size_t y = top; y < top + height && y < picture.rows; ++y) {
    for (std::size_t x = left; x < left + width && x < picture.columns; ++x) picture.at(x, y) = colour;
  }
}

std::string padded(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), ' ').append(text);
}

void draw_table(Raster<Colour>& picture, Random& random) {
  constexpr std::array scans{"SCOUT", "SCOUT", "MONITOR", "ARTERIAL", "VENOUS"};
  write_text(picture, "NO  SCAN        KV   MAS   CTDIVOL   DLP", 48, 300, 2, pale);
  fill(picture, 48, 322, 928, 2, rule);
  for (std::size_t i = 0; i < scans.size(); ++i) {
    const int dose = i < 2 ? 0 : 60 + random.below(420);
    std::string name(scans[i]);
    name.resize(10, ' ');
    std::string row = padded(static_cast<int>(i) + 1, 2).append("  ").append(name).append("  120  ");
    row.append(padded(i < 2 ? 20 : 60 + random.below(80), 4)).append("   ").append(padded(dose / 40, 4));
    row.append(".").append(std::to_string(random.below(10))).append("  ").append(padded(dose, 6));
    write_text(picture, row, 48, 336 + 28 * i, 2, ink);
  }
}

void draw_chart(Raster<Colour>& picture, Random& random) {
  constexpr std::size_t bottom = 720;
  write_text(picture, "TUBE CURRENT ALONG THE BODY, MA", 48, 500, 2, pale);
  fill(picture, 48, bottom, 928, 2, rule);
  for (std::size_t bar = 0; bar < 58; ++bar) {
    const double chest = std::sin(static_cast<double>(bar) / 58 * 9.4);
    const auto height = static_cast<std::size_t>(100 + 55 * chest + random.uniform(-8, 8));
    fill(picture, 52 + bar * 16, bottom - height, 11, height, bar % 10 == 0 ? accent : header);
  }
}

}  // namespace

Raster<Colour> screenshot(const ScreenPage& page, Random random) {
  Raster<Colour> picture(1024, 768, paper);
  fill(picture, 0, 0, picture.columns, 72, header);
  write_text(picture, page.heading, 48, 22, 4, ink);
  std::size_t top = 100;
  for (const auto& [label, value] : page.lines) {
    write_text(picture, label, 48, top, 2, pale);
    write_text(picture, value, 300, top, 2, ink);
    top += 30;
  }
  draw_table(picture, random);
  draw_chart(picture, random);
  return picture;
}

}  // namespace pgpacs::generate
