// What must hold, also where NDEBUG takes assert() away.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pgpacs::fuzz {

inline void check(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

}  // namespace pgpacs::fuzz
