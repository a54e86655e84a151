#include "tests/generate/uid.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace pgpacs::generate {

namespace {

constexpr std::size_t sha256_length = 32;

std::uint64_t big_endian(const unsigned char* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

/// 2.25 is the root of UUIDs, so the number has to be one: version 8 (of the maker's own choice), variant 1.
Digest as_uuid(Digest number) {
  number.high = (number.high & ~std::uint64_t{0xF000}) | 0x8000;
  number.low = (number.low & ~(std::uint64_t{3} << 62)) | std::uint64_t{1} << 63;
  return number;
}

/// Divides in place by ten, in pieces of 32 bits because no wider type is in the standard; gives the rest.
unsigned divide_by_ten(std::array<std::uint64_t, 4>& pieces) {
  std::uint64_t rest = 0;
  for (auto& piece : pieces) {
    const std::uint64_t part = rest << 32 | piece;
    piece = part / 10;
    rest = part % 10;
  }
  return static_cast<unsigned>(rest);
}

std::string decimal(const Digest& number) {
  std::array<std::uint64_t, 4> pieces{number.high >> 32, number.high & 0xFFFFFFFF, number.low >> 32,
                                      number.low & 0xFFFFFFFF};
  std::string digits;
  const auto is_zero = [](std::uint64_t piece) { return piece == 0; };
  while (!std::ranges::all_of(pieces, is_zero)) {
    digits.push_back(static_cast<char>('0' + divide_by_ten(pieces)));
  }
  std::ranges::reverse(digits);
  return digits;
}

}  // namespace

Digest digest(std::uint64_t seed, std::string_view label) {
  const std::string text = "pgpacs-generate/" + std::to_string(seed) + "/" + std::string(label);
  std::array<unsigned char, sha256_length> sum{};
  if (EVP_Digest(text.data(), text.size(), sum.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL gives no SHA-256");
  }
  return {big_endian(sum.data()), big_endian(sum.data() + 8)};
}

std::string uid(std::uint64_t seed, std::string_view label) {
  return "2.25." + decimal(as_uuid(digest(seed, label)));
}

}  // namespace pgpacs::generate
