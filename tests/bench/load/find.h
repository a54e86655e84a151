// Asks by C-FIND at study level, one query after the other on one association, as a workstation does.
#pragma once

#include <filesystem>

#include "tests/bench/load/association.h"

namespace pgpacs::bench {

struct FindOptions {
  Peer peer;
  // A query a line, parts with a tab between them: its group, then keys as GGGGEEEE=value; an empty value
  // asks for the attribute. Queries of a group stand together.
  std::filesystem::path queries;
  double seconds = 60;  // for a group: its other queries are left out then, but never its first
};

// Prints a line of JSON for each group, with a number for each of its queries: microseconds to the last
// response, responses, the sum of digests of their Study Instance UIDs (which does not depend on their
// order), and how many of the keys that were asked for had a value, in all responses. Throws Broken where a
// query fails.
void find(const FindOptions& options);

}  // namespace pgpacs::bench
