#include "extension/dicom/date_time.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;

std::string print(const Date& date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

std::string print(const Time& time) {
  const auto seconds = static_cast<int>(time.microseconds / 1'000'000);
  char text[64];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%06d", seconds / 3600, seconds / 60 % 60, seconds % 60,
                static_cast<int>(time.microseconds % 1'000'000));
  return text;
}

std::string date(std::string_view text) {
  const auto found = parse_date(text);
  return found ? print(*found) : "none";
}

std::string time(std::string_view text) {
  const auto found = parse_time(text);
  return found ? print(*found) : "none";
}

std::string date_time(std::string_view text) {
  const auto found = parse_date_time(text);
  if (!found) return "none";
  std::string out = print(found->date) + " " + print(found->time);
  if (found->offset_minutes) out += " " + std::to_string(*found->offset_minutes);
  return out;
}

TEST(date_time, reads_a_date) {
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"19991231", "1999-12-31"},  {"20000229", "2000-02-29"},  {"1999.12.31", "1999-12-31"},  // ACR-NEMA
      {"19991231 ", "1999-12-31"}, {" 19991231", "1999-12-31"}, {"19991231\0"sv, "1999-12-31"},
      {"00010101", "0001-01-01"},  {"99991231", "9999-12-31"},  {"20240229", "2024-02-29"}};
  for (const auto& [text, expected] : facts) EXPECT_EQ(date(text), expected) << text;
}

TEST(date_time, refuses_what_is_no_day_of_the_calendar) {
  for (const char* text :
       {"",          "19990229",  "19000229",         "20230431",  "19991301", "19990001",
        "19990100",  "19990132",  "00000101",         "1999",      "199912",   "1999-12-31",
        "1999.1231", "199912.31", "1999.12.311",      "199912311", "9991231",  "1999 1231",
        "+1991231",  "UNKNOWN!",  "19991231-20000101"})
    EXPECT_EQ(date(text), "none") << text;
}

TEST(date_time, reads_a_time) {
  const std::pair<std::string_view, std::string_view> facts[] = {{"12", "12:00:00.000000"},
                                                                 {"1230", "12:30:00.000000"},
                                                                 {"123015", "12:30:15.000000"},
                                                                 {"123015.5", "12:30:15.500000"},
                                                                 {"123015.123456", "12:30:15.123456"},
                                                                 {"123015.000001", "12:30:15.000001"},
                                                                 {"00", "00:00:00.000000"},
                                                                 {"235959.999999", "23:59:59.999999"},
                                                                 {"235960", "23:59:59.999999"},
                                                                 {"12:30:15", "12:30:15.000000"},  // ACR-NEMA
                                                                 {"12:30", "12:30:00.000000"},
                                                                 {"12:30:15.25", "12:30:15.250000"},
                                                                 {"123015  ", "12:30:15.000000"},
                                                                 {"123015.1234567", "12:30:15.123456"}};
  for (const auto& [text, expected] : facts) EXPECT_EQ(time(text), expected) << text;
}

TEST(date_time, refuses_what_is_no_time) {
  for (const char* text : {"",        "1",       "24",       "2400",   "1260", "123061",    "123",
                           "12301",   "123015.", "123015,5", "1230.5", "12:",  "12:3",      "12:30:",
                           "1230:15", "12:3015", "-1",       "12 30",  "noon", "1230-1300", "123015.5x"})
    EXPECT_EQ(time(text), "none") << text;
}

TEST(date_time, reads_a_date_with_time_and_offset) {  // PS3.5 6.2, DT
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"1999", "1999-01-01 00:00:00.000000"},
      {"199912", "1999-12-01 00:00:00.000000"},
      {"19991231", "1999-12-31 00:00:00.000000"},
      {"1999123123", "1999-12-31 23:00:00.000000"},
      {"199912312359", "1999-12-31 23:59:00.000000"},
      {"19991231235959.5", "1999-12-31 23:59:59.500000"},
      {"19991231235959.123456+0530", "1999-12-31 23:59:59.123456 330"},
      {"19991231235959-0330", "1999-12-31 23:59:59.000000 -210"},
      {"1999+0000", "1999-01-01 00:00:00.000000 0"},
      {"199912-1200", "1999-12-01 00:00:00.000000 -720"},
      {"19991231+1400", "1999-12-31 00:00:00.000000 840"},
      {"19991231235960 ", "1999-12-31 23:59:59.999999"}};
  for (const auto& [text, expected] : facts) EXPECT_EQ(date_time(text), expected) << text;
}

TEST(date_time, refuses_what_is_no_date_with_time) {
  for (const char* text : {"",          "199",        "19991",           "199913",      "1999123",
                           "19990229",  "1999123124", "19991231235959.", "1999+",       "1999+1",
                           "1999+01",   "1999+010",   "1999+0160",       "1999+1401",   "1999-1201",
                           "1999-1400", "1999+01000", "1999.12.31",      "19991231T12", "19991231 12",
                           "1999Z",     "+0100",      "1999-01-01"})
    EXPECT_EQ(date_time(text), "none") << text;
}

}  // namespace
}  // namespace pgpacs::dicom
