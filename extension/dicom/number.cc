#include "extension/dicom/number.h"

#include <charconv>
#include <cmath>

namespace pgpacs::dicom {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

constexpr std::size_t longest_exponent = 3;

}  // namespace

std::optional<DecimalText> DecimalText::parse(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > longest) return std::nullopt;
  DecimalText result;
  std::size_t at = 0;
  const auto here = [&](auto test) { return at < text.size() && test(text[at]); };
  const auto sign = [](char c) { return c == '+' || c == '-'; };
  if (here(sign) && text[at++] == '-') result.put('-');
  const std::size_t whole_at = at;
  while (here([](char c) { return c == '0'; })) ++at;
  const std::size_t significant_at = at;
  while (here(is_digit)) result.put(text[at++]);
  const bool has_whole = at > whole_at;
  if (at == significant_at) result.put('0');
  bool has_fraction = false;
  if (here([](char c) { return c == '.'; })) {
    ++at;
    if (here(is_digit)) result.put('.');
    while (here(is_digit)) {
      result.put(text[at++]);
      has_fraction = true;
    }
  }
  if (!has_whole && !has_fraction) return std::nullopt;
  if (here([](char c) { return c == 'e' || c == 'E'; })) {
    ++at;
    result.put('e');
    if (here(sign) && text[at++] == '-') result.put('-');
    const std::size_t exponent_at = at;
    while (here(is_digit)) result.put(text[at++]);
    if (at == exponent_at || at - exponent_at > longest_exponent) return std::nullopt;
  }
  return at == text.size() ? std::optional(result) : std::nullopt;
}

template <typename T>
DecimalText DecimalText::format(T value) {
  DecimalText result;
  result.size_ =
      static_cast<std::size_t>(std::to_chars(result.text_, result.text_ + longest, value).ptr - result.text_);
  return result;
}

std::optional<DecimalText> DecimalText::from(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return format(value);
}

std::optional<DecimalText> DecimalText::from(float value) {
  if (!std::isfinite(value)) return std::nullopt;
  return format(value);
}

DecimalText DecimalText::from(std::int64_t value) {
  return format(value);
}
DecimalText DecimalText::from(std::uint64_t value) {
  return format(value);
}

}  // namespace pgpacs::dicom
