// DA, TM and DT (PS3.5 6.2), with the spellings of ACR-NEMA and the field: 1999.12.31, 12:30:00.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgpacs::dicom {

struct Date {
  int year, month, day;
};

struct Time {
  std::int64_t microseconds;  // since midnight; a leap second counts as 59.999999
};

struct DateTime {
  Date date;  // missing parts are the first of their range
  Time time;
  std::optional<int> offset_minutes;  // from UTC, where the value names it
};

// Nothing where the text is no date of the Gregorian calendar.
std::optional<Date> parse_date(std::string_view text);
std::optional<Time> parse_time(std::string_view text);
std::optional<DateTime> parse_date_time(std::string_view text);

}  // namespace pgpacs::dicom
