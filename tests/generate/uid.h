#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgpacs::generate {

/// 128 bits that depend on `seed` and `label` alone: the first half of a SHA-256, so that different seeds or
/// labels do not meet.
struct Digest {
  std::uint64_t high;
  std::uint64_t low;
};

Digest digest(std::uint64_t seed, std::string_view label);

/// A UID under 2.25 (PS3.5 B.2), which needs no registered root. `label` says what it is of, in words, such
/// as "ct/patient 1/series 1/instance 7".
std::string uid(std::uint64_t seed, std::string_view label);

}  // namespace pgpacs::generate
