// Retrieves studies by C-GET, or by C-MOVE to a sink of its own, as fast as the peer sends them; over many
// associations at once, and beside others that stop reading in the middle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/load/association.h"

namespace pgpacs::bench {

struct RetrieveOptions {
  Peer peer;
  std::vector<std::string> studies;  // UIDs
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";
  std::uint32_t associations = 1;
  std::uint32_t stalled = 0;  // C-GET only: so many more that stall before the others begin
  double seconds = 0;         // C-GET only: for as long; 0: each association asks for each study once
  std::string destination;    // of C-MOVE; empty: C-GET
  std::uint16_t sink_port = 0;
};

// Prints a line of JSON: what arrived over the associations that do not stall. Throws Broken where anything
// failed.
void retrieve(const RetrieveOptions& options);

}  // namespace pgpacs::bench
