// numeric on disk (numeric.c): sign, scale and weight in a header, then digits of base 10,000.
#include <array>

#include "extension/pg/jsonb_format.h"

namespace pgpacs::pg {
namespace {

constexpr int digits_per_group = 4;
constexpr std::uint16_t is_short = 0x8000;
constexpr std::uint16_t short_sign = 0x2000;
constexpr std::uint16_t short_weight_sign = 0x0040;
constexpr std::uint16_t short_weight_mask = 0x003F;
constexpr std::uint16_t long_sign = 0x4000;
constexpr int short_scale_shift = 7;
constexpr int largest_short_scale = 0x3F;

struct Decimal {
  bool is_negative = false;
  int count = 0;  // digits
  int whole = 0;  // digits before the point, exponent applied; may be negative
  int scale = 0;  // digits to show after the point
  std::array<std::uint8_t, 48> digits;
};

Decimal read(std::string_view text) {
  Decimal decimal;
  std::size_t at = 0;
  if (!text.empty() && text[0] == '-') {
    decimal.is_negative = true;
    at = 1;
  }
  bool is_fraction = false;
  int exponent = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      is_fraction = true;
    } else if (c == 'e' || c == 'E') {
      const bool is_down = text[at + 1] == '-';
      for (at += is_down || text[at + 1] == '+' ? 2 : 1; at < text.size(); ++at)
        exponent = exponent * 10 + text[at] - '0';
      if (is_down) exponent = -exponent;
    } else if (decimal.count < static_cast<int>(decimal.digits.size())) {
      decimal.digits[static_cast<std::size_t>(decimal.count++)] = static_cast<std::uint8_t>(c - '0');
      if (is_fraction)
        ++decimal.scale;
      else
        ++decimal.whole;
    }
  }
  decimal.whole += exponent;
  decimal.scale = decimal.scale > exponent ? decimal.scale - exponent : 0;
  return decimal;
}

struct Groups {
  int weight = 0;  // of the first group, in powers of 10,000
  int first = 0;
  int count = 0;
  std::array<std::int16_t, 16> values;
};

Groups group(const Decimal& decimal) {
  Groups groups;
  const int leading = decimal.whole - 1;  // decimal weight of the first digit
  groups.weight = leading >= 0 ? leading / digits_per_group : -((-leading - 1) / digits_per_group + 1);
  const int padding = (groups.weight + 1) * digits_per_group - decimal.whole;
  for (int i = 0; i < padding + decimal.count; i += digits_per_group) {
    int value = 0;
    for (int k = i; k < i + digits_per_group; ++k) {
      const int digit = k - padding;
      const bool is_given = digit >= 0 && digit < decimal.count;
      value = value * 10 + (is_given ? decimal.digits[static_cast<std::size_t>(digit)] : 0);
    }
    groups.values[static_cast<std::size_t>(groups.count++)] = static_cast<std::int16_t>(value);
  }
  while (groups.count > groups.first && groups.values[static_cast<std::size_t>(groups.first)] == 0) {
    ++groups.first;
    --groups.weight;
  }
  while (groups.count > groups.first && groups.values[static_cast<std::size_t>(groups.count - 1)] == 0)
    --groups.count;
  if (groups.count == groups.first) groups.weight = 0;
  return groups;
}

}  // namespace

void put_numeric(std::string_view text, JsonbBuffer& out) {
  const Decimal decimal = read(text);
  const Groups groups = group(decimal);
  const int count = groups.count - groups.first;
  const bool is_negative = decimal.is_negative && count > 0;
  const bool fits_short = decimal.scale <= largest_short_scale && groups.weight >= -64 && groups.weight <= 63;
  const std::size_t size = 4 + (fits_short ? 2 : 4) + 2 * static_cast<std::size_t>(count);
  out.put(static_cast<std::uint32_t>(size << 2));
  if (fits_short) {
    const int header = is_short | (is_negative ? short_sign : 0) | decimal.scale << short_scale_shift |
                       (groups.weight < 0 ? short_weight_sign : 0) | (groups.weight & short_weight_mask);
    const auto packed = static_cast<std::uint16_t>(header);
    out.put(&packed, sizeof packed);
  } else {
    const auto sign_and_scale = static_cast<std::uint16_t>((is_negative ? long_sign : 0) | decimal.scale);
    const auto weight = static_cast<std::int16_t>(groups.weight);
    out.put(&sign_and_scale, sizeof sign_and_scale);
    out.put(&weight, sizeof weight);
  }
  out.put(groups.values.data() + groups.first, 2 * static_cast<std::size_t>(count));
}

}  // namespace pgpacs::pg
