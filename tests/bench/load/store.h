// Sends objects by C-STORE over many associations at once, as fast as the peer takes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tests/bench/load/association.h"

namespace pgpacs::bench {

struct StoreOptions {
  Peer peer;
  std::vector<std::filesystem::path> templates;  // of one SOP class and transfer syntax; slices take turns
  std::uint32_t associations = 1;
  std::uint64_t count = 100;   // objects in all
  std::uint32_t slices = 100;  // in a series
  std::uint32_t series = 1;    // in a study
  std::uint64_t first_study = 0;
  std::uint64_t seed = 1;
};

// Prints one line of JSON. Gives the exit status: 0 where each object was stored.
int store(const StoreOptions& options);

}  // namespace pgpacs::bench
