#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tests/generate/series.h"

namespace pgpacs::generate {

struct DemoSeries {
  std::string folder;
  Series series;
};

/// The demonstration set: a few patients over two years, whose names come from each console as it spells
/// them.
std::vector<DemoSeries> demonstration(std::uint64_t seed);

/// Writes it, a folder for each series.
void write_demonstration(std::uint64_t seed, const std::filesystem::path& folder);

}  // namespace pgpacs::generate
