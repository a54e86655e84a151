#include "extension/dicom/date_time.h"

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

// Takes `count` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int days_in_month(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : days[month - 1];
}

bool is_valid(Date d) {
  return d.year >= 1 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
         d.day <= days_in_month(d.year, d.month);
}

// A fraction of a second of one to six digits, in microseconds.
std::optional<int> take_fraction(std::string_view& text) {
  int value = 0;
  int digits = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits)
    if (digits < 6) value = value * 10 + (text.front() - '0');
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return value;
}

// HH[MM[SS[.F]]], with colons where `colons`; leaves what follows.
std::optional<Time> take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23) return std::nullopt;
  int minute = 0, second = 0, fraction = 0;
  const bool has_colons = take(text, ':');
  if (has_colons || (!text.empty() && is_digit(text.front()))) {
    const auto number = take_number(text, 2);
    if (!number || *number > 59) return std::nullopt;
    minute = *number;
    if ((has_colons && take(text, ':')) || (!text.empty() && is_digit(text.front()))) {
      const auto seconds = take_number(text, 2);
      if (!seconds || *seconds > 60) return std::nullopt;
      second = *seconds;
      if (take(text, '.')) {
        const auto part = take_fraction(text);
        if (!part) return std::nullopt;
        fraction = *part;
      }
    }
  }
  if (second == 60) {
    second = 59;
    fraction = 999999;
  }
  return Time{((*hour * 60 + minute) * 60 + second) * 1'000'000LL + fraction};
}

std::optional<int> take_offset(std::string_view& text) {
  const bool is_west = text.front() == '-';
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return is_west ? -offset : offset;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  text = trim(text);
  const auto year = take_number(text, 4);
  if (!year) return std::nullopt;
  const bool has_dots = take(text, '.');
  const auto month = take_number(text, 2);
  if (!month || (has_dots && !take(text, '.'))) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !text.empty()) return std::nullopt;
  const Date date{*year, *month, *day};
  return is_valid(date) ? std::optional(date) : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
  text = trim(text);
  const auto time = take_time(text);
  return time && text.empty() ? time : std::nullopt;
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  text = trim(text);
  const auto year = take_number(text, 4);
  if (!year) return std::nullopt;
  DateTime result{{*year, 1, 1}, {0}, std::nullopt};
  const auto more = [&] { return !text.empty() && is_digit(text.front()); };
  if (more()) {
    const auto month = take_number(text, 2);
    if (!month) return std::nullopt;
    result.date.month = *month;
    if (more()) {
      const auto day = take_number(text, 2);
      if (!day) return std::nullopt;
      result.date.day = *day;
      if (more()) {
        const auto time = take_time(text);
        if (!time) return std::nullopt;
        result.time = *time;
      }
    }
  }
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    result.offset_minutes = take_offset(text);
    if (!result.offset_minutes) return std::nullopt;
  }
  return text.empty() && is_valid(result.date) ? std::optional(result) : std::nullopt;
}

}  // namespace pgpacs::dicom
