#pragma once

#include <cstdint>
#include <string_view>

namespace pgpacs::generate {

/// SplitMix64: the same numbers on every machine, which the distributions of <random> do not promise.
class Random {
 public:
  explicit Random(std::uint64_t state) : state_(state) {}
  Random(std::uint64_t seed, std::string_view label);

  std::uint64_t next();
  double uniform();  ///< in [0, 1)
  double uniform(double from, double below);
  int below(int limit);  ///< in [0, limit)
  float gaussian();      ///< mean 0, deviation 1, no farther than 3.5

 private:
  std::uint64_t state_;
};

/// A smooth field over space: random values at whole coordinates, blended between; in [-1, 1].
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : seed_(seed) {}
  double at(double x, double y, double z = 0.5) const;

 private:
  double corner(std::int64_t x, std::int64_t y, std::int64_t z) const;

  std::uint64_t seed_;
};

}  // namespace pgpacs::generate
