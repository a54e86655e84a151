// How a birth date that was typed on a console, or an age, and that of a patient card are alike: evidence
// that ties a study to a card.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/dicom/date_time.h"

namespace pgpacs::dicom {

// From the weakest to the strongest.
enum class BirthAgreement : std::uint8_t {
  missing,
  differs,
  age,               // no date, and the age in years, give or take one
  typing,            // one digit is another, or the year is one or ten off
  first_of_january,  // the same year; one of the two is its first day, as consoles fill it in
  swapped,           // day and month have changed places
  exact,
};
std::string_view name(BirthAgreement agreement);

// Symmetric.
BirthAgreement compare_birth_dates(const Date& a, const Date& b);
// missing never; age or differs.
BirthAgreement compare_age(int years, const Date& on_day, const Date& birth_date);

}  // namespace pgpacs::dicom
