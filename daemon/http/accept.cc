#include "daemon/http/accept.h"

#include <algorithm>
#include <charconv>

namespace pgpacs::http {
namespace {

constexpr std::size_t most_ranges = 50;

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The text up to `separator` outside of quotes; moves past it.
std::string_view take_until(std::string_view& text, char separator) {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < text.size() && (is_quoted || text[end] != separator); ++end)
    if (text[end] == '"') is_quoted = !is_quoted;
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(taken);
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

double parse_quality(std::string_view text) {
  double quality = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
  return error == std::errc{} && quality >= 0 && quality <= 1 ? quality : 0;
}

MediaRange parse_range(std::string_view text) {
  MediaRange range;
  range.type = lower(take_until(text, ';'));
  while (!text.empty()) {
    std::string_view parameter = take_until(text, ';');
    const std::string name = lower(take_until(parameter, '='));
    const std::string_view value = unquote(parameter);
    if (name == "q")
      range.quality = parse_quality(value);
    else if (name == "type")
      range.inner_type = lower(value);
    else if (name == "transfer-syntax")
      range.transfer_syntax = value;
  }
  return range;
}

}  // namespace

std::vector<MediaRange> parse_accept(std::string_view field) {
  std::vector<MediaRange> ranges;
  while (!field.empty() && ranges.size() < most_ranges) {
    const std::string_view text = take_until(field, ',');
    if (!text.empty()) ranges.push_back(parse_range(text));
  }
  if (ranges.empty()) ranges.push_back({"*/*", {}, {}, 1});
  std::erase_if(ranges, [](const MediaRange& range) { return range.quality == 0; });
  std::ranges::stable_sort(ranges, std::greater{}, &MediaRange::quality);
  return ranges;
}

}  // namespace pgpacs::http
