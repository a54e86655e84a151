#include "tests/generate/random.h"

#include <cmath>

#include "tests/generate/uid.h"

namespace pgpacs::generate {

namespace {

std::uint64_t scramble(std::uint64_t word) {
  word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
  word = (word ^ word >> 27) * 0x94D049BB133111EB;
  return word ^ word >> 31;
}

double smooth(double t) {
  return t * t * (3 - 2 * t);
}

/// std::floor is a call where the processor's oldest instructions are compiled for.
std::int64_t whole_part(double x) {
  const auto towards_zero = static_cast<std::int64_t>(x);
  return towards_zero - (static_cast<double>(towards_zero) > x);
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view label) : state_(digest(seed, label).high) {}

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15;
  return scramble(state_);
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

double Random::uniform(double from, double below) {
  return from + (below - from) * uniform();
}

int Random::below(int limit) {
  return static_cast<int>(next() % static_cast<std::uint64_t>(limit));
}

float Random::gaussian() {
  // The sum of four 16-bit uniforms is near enough to a bell, and ten million pixels are wanted a second.
  const std::uint64_t word = next();
  const auto sum = static_cast<std::int64_t>((word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) +
                                             (word >> 48));
  return static_cast<float>(sum - 131070) * (1.7320508F / 65536.0F);
}

double Noise::corner(std::int64_t x, std::int64_t y, std::int64_t z) const {
  const auto key = static_cast<std::uint64_t>(x) * 0x8DA6B343 + static_cast<std::uint64_t>(y) * 0xD8163841 +
                   static_cast<std::uint64_t>(z) * 0xCB1AB31F;
  return static_cast<double>(scramble(key ^ seed_) >> 11) * 0x1p-52 - 1;
}

double Noise::at(double x, double y, double z) const {
  const std::int64_t ix = whole_part(x);
  const std::int64_t iy = whole_part(y);
  const std::int64_t iz = whole_part(z);
  const double tx = smooth(x - static_cast<double>(ix));
  const double ty = smooth(y - static_cast<double>(iy));
  const double tz = smooth(z - static_cast<double>(iz));
  const auto blend = [](double a, double b, double t) { return a + (b - a) * t; };
  const auto layer = [&](std::int64_t depth) {
    const double near = blend(corner(ix, iy, depth), corner(ix + 1, iy, depth), tx);
    const double far = blend(corner(ix, iy + 1, depth), corner(ix + 1, iy + 1, depth), tx);
    return blend(near, far, ty);
  };
  return blend(layer(iz), layer(iz + 1), tz);
}

}  // namespace pgpacs::generate
