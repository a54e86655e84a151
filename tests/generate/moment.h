#pragma once

#include <chrono>
#include <string>

namespace pgpacs::generate {

/// Local time of the hospital.
using Moment = std::chrono::sys_seconds;

std::string date_of(Moment moment);       ///< DA, YYYYMMDD
std::string time_of(Moment moment);       ///< TM, HHMMSS
std::string date_time_of(Moment moment);  ///< DT without offset

/// AS such as 056Y, of a person born on `birth_date` (DA); children under two in months.
std::string age_at(Moment moment, const std::string& birth_date);

/// A working hour of a working day, `days` after 2024-01-01 or soon after.
Moment working_hour(int days, int minutes_after_eight);

}  // namespace pgpacs::generate
