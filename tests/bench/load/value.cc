#include "tests/bench/load/value.h"

#include <bit>
#include <cstdio>
#include <iterator>
#include <map>
#include <stdexcept>

#include "tests/bench/load/bytes.h"

namespace pgpacs::bench {
namespace {

// The root that pydicom gives to generated UIDs.
constexpr std::string_view uid_root = "1.2.826.0.1.3680043.8.498.";
constexpr std::uint64_t studies_per_patient = 2;

template <typename... Arguments>
std::string print(const char* format, Arguments... arguments) {
  char text[96];
  std::snprintf(text, sizeof text, format, arguments...);
  return text;
}

// SplitMix64: numbers without pattern from numbers in a row.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

std::uint64_t of_study(const Place& p, std::uint64_t salt) {
  return mixed(mixed(p.seed ^ salt << 32) + p.study);
}
std::uint64_t of_patient(const Place& p) {
  return mixed(mixed(p.seed) + p.study / studies_per_patient);
}
std::uint64_t of_slice(const Place& p, std::uint64_t salt) {
  return mixed(of_study(p, salt) + (std::uint64_t{p.series} << 32 | p.slice));
}

// Studies in no order, as they come from many devices; within one, series and instances in theirs.
std::string study_uid(const Place& p) {
  return print("%s1%017llu", uid_root.data(),
               static_cast<unsigned long long>(of_study(p, 0) % 100000000000000000));
}
std::string series_uid(const Place& p) {
  return study_uid(p) + print(".%u", p.series + 1);
}
std::string instance_uid(const Place& p) {
  return series_uid(p) + print(".%u", 10001 + p.slice);
}
std::string planning_uid(const Place& p) {
  return study_uid(p) + ".9.1";
}
std::string irradiation_uid(const Place& p) {
  return study_uid(p) + ".7.1";
}
std::string frame_uid(const Place& p) {
  return study_uid(p) + ".9.9";
}

std::string day(std::uint64_t number, unsigned first_year, unsigned years) {
  return print("%04u%02u%02u", first_year + static_cast<unsigned>(number % years),
               1 + static_cast<unsigned>(number / 100 % 12), 1 + static_cast<unsigned>(number / 10000 % 28));
}
std::string study_date(const Place& p) {
  return day(of_study(p, 1), 2015, 10);
}
std::string modality(const Place& p) {
  constexpr const char* all[] = {"CT", "MR", "CR", "DX", "US", "MG"};
  return all[of_study(p, 6) % std::size(all)];
}
std::string birth_date(const Place& p) {
  return day(of_patient(p), 1935, 70);
}

std::string time_at(std::uint64_t milliseconds) {
  const auto seconds = static_cast<unsigned>(milliseconds / 1000 % 86400);
  return print("%02u%02u%02u.%03u000", seconds / 3600, seconds / 60 % 60, seconds % 60,
               static_cast<unsigned>(milliseconds % 1000));
}
std::uint64_t began(const Place& p) {
  return 25200000 + of_study(p, 2) % 36000000;
}
std::string study_time(const Place& p) {
  return time_at(began(p));
}
std::string series_time(const Place& p) {
  return time_at(began(p) + 90000 + 60000 * p.series);
}
std::string slice_time(const Place& p) {
  return time_at(began(p) + 95000 + 60000 * p.series + 131 * p.slice);
}
std::string created_time(const Place& p) {
  return time_at(began(p) + 125000 + 60000 * p.series + 487 * p.slice);
}

double z_of(const Place& p) {
  return 212.5 - 0.625 * p.slice;
}
std::string position(const Place& p) {
  return print("-187.310547\\-187.310547\\%.3f", z_of(p));
}
std::string location(const Place& p) {
  return print("%.3f", z_of(p));
}
unsigned current_of(const Place& p) {
  return 180 + static_cast<unsigned>(of_slice(p, 3) % 140);
}

std::string binary_double(double value) {
  std::string bytes;
  put_little(bytes, std::bit_cast<std::uint64_t>(value));
  return bytes;
}
std::string binary_number(std::uint32_t value) {
  std::string bytes;
  put_little(bytes, value);
  return bytes;
}
std::string short_number(std::uint16_t value) {
  std::string bytes;
  put_little(bytes, value);
  return bytes;
}
std::string calibration(const Place& p) {
  std::string bytes;
  for (std::uint64_t i = 0; i < 8; ++i) put_little(bytes, of_slice(p, 16 + i));
  return bytes;
}

using Maker = std::string (*)(const Place&);
const std::map<std::string_view, Maker> makers = {
    {"study_uid", study_uid},
    {"series_uid", series_uid},
    {"instance_uid", instance_uid},
    {"planning_uid", planning_uid},
    {"irradiation_uid", irradiation_uid},
    {"frame_uid", frame_uid},
    {"patient_id",
     [](const Place& p) {
       return print("P%08llu", static_cast<unsigned long long>(of_patient(p) % 100000000));
     }},
    {"accession_number",
     [](const Place& p) { return print("A%09llu", static_cast<unsigned long long>(p.study)); }},
    {"study_id", [](const Place& p) { return print("%llu", static_cast<unsigned long long>(p.study)); }},
    {"birth_date", birth_date},
    {"modality", modality},
    {"study_date", study_date},
    {"study_time", study_time},
    {"series_time", series_time},
    {"slice_time", slice_time},
    {"created_time", created_time},
    {"series_number", [](const Place& p) { return print("%u", p.series + 2); }},
    {"instance_number", [](const Place& p) { return print("%u", p.slice + 1); }},
    {"position", position},
    {"location", location},
    {"tube_current", [](const Place& p) { return print("%u", current_of(p)); }},
    {"exposure", [](const Place& p) { return print("%u", current_of(p) / 2); }},
    {"dose", [](const Place& p) { return binary_double(current_of(p) * 0.041); }},
    {"table_position", [](const Place& p) { return binary_double(z_of(p) + 1000); }},
    {"slice_counter",
     [](const Place& p) { return binary_number(static_cast<std::uint32_t>(p.study * 1000 + p.slice)); }},
    {"smallest_pixel",
     [](const Place& p) { return short_number(static_cast<std::uint16_t>(of_slice(p, 4) % 24)); }},
    {"largest_pixel",
     [](const Place& p) { return short_number(static_cast<std::uint16_t>(1800 + of_slice(p, 5) % 1200)); }},
    {"calibration", calibration},
};

}  // namespace

std::string value_of(std::string_view field, const Place& place, const std::vector<std::string>& names) {
  if (field == "patient_name" && !names.empty()) return names[of_patient(place) % names.size()];
  const auto maker = makers.find(field);
  if (maker == makers.end())
    throw std::runtime_error("a template has a field that is not known: " + std::string(field));
  return maker->second(place);
}

}  // namespace pgpacs::bench
