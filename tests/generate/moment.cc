#include "tests/generate/moment.h"

#include <cstdio>

namespace pgpacs::generate {

namespace {

std::chrono::year_month_day day_of(Moment moment) {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(moment)};
}

template <typename... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  char text[32];
  std::snprintf(text, sizeof text, format, numbers...);
  return text;
}

}  // namespace

std::string date_of(Moment moment) {
  const auto day = day_of(moment);
  return formatted("%04d%02u%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                   static_cast<unsigned>(day.day()));
}

std::string time_of(Moment moment) {
  const auto since_midnight = moment - std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::hh_mm_ss time{since_midnight};
  return formatted("%02d%02d%02d", static_cast<int>(time.hours().count()),
                   static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
}

std::string date_time_of(Moment moment) {
  return date_of(moment) + time_of(moment);
}

std::string age_at(Moment moment, const std::string& birth_date) {
  if (birth_date.size() != 8) return {};
  const int born = std::stoi(birth_date);
  const int today = std::stoi(date_of(moment));
  const int years = (today - born) / 10000;
  if (years >= 2) return formatted("%03dY", years);
  const int months = (today / 10000 - born / 10000) * 12 + today / 100 % 100 - born / 100 % 100;
  return formatted("%03dM", today % 100 < born % 100 ? months - 1 : months);
}

Moment working_hour(int days, int minutes_after_eight) {
  using namespace std::chrono_literals;
  auto day = std::chrono::sys_days{2024y / 1 / 1} + std::chrono::days{days};
  while (std::chrono::weekday{day}.iso_encoding() > 5) day += std::chrono::days{1};
  return day + 8h + std::chrono::minutes{minutes_after_eight};
}

}  // namespace pgpacs::generate
