#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/generate/random.h"
#include "tests/generate/raster.h"

namespace pgpacs::generate {

/// A page of figures as a workstation captures it from its screen: heading, lines of label and value, a table
/// of scans and a chart. 1024 x 768.
struct ScreenPage {
  std::string heading;
  std::vector<std::pair<std::string, std::string>> lines;
};

Raster<Colour> screenshot(const ScreenPage& page, Random random);

}  // namespace pgpacs::generate
