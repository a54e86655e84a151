#include "extension/dicom/birth_date.h"

#include <cstddef>
#include <cstdlib>

namespace pgpacs::dicom {
namespace {

int differing_digits(int a, int b) {
  int count = 0;
  for (; a > 0 || b > 0; a /= 10, b /= 10) count += a % 10 != b % 10 ? 1 : 0;
  return count;
}

bool is_first_of_january(const Date& day) {
  return day.month == 1 && day.day == 1;
}

}  // namespace

std::string_view name(BirthAgreement agreement) {
  constexpr std::string_view names[] = {"missing",          "differs", "age",  "typing",
                                        "first_of_january", "swapped", "exact"};
  return names[static_cast<std::size_t>(agreement)];
}

BirthAgreement compare_birth_dates(const Date& a, const Date& b) {
  using enum BirthAgreement;
  const bool is_same_year = a.year == b.year;
  const bool is_same_day = a.month == b.month && a.day == b.day;
  if (is_same_year && is_same_day) return exact;
  if (is_same_year && a.month == b.day && a.day == b.month) return swapped;
  if (is_same_year && (is_first_of_january(a) || is_first_of_january(b))) return first_of_january;
  const int years = std::abs(a.year - b.year);
  if (is_same_day && (years == 1 || years == 10)) return typing;
  const int digits =
      differing_digits(a.year, b.year) + differing_digits(a.month, b.month) + differing_digits(a.day, b.day);
  return digits == 1 ? typing : differs;
}

BirthAgreement compare_age(int years, const Date& on_day, const Date& birth_date) {
  const bool is_before_birthday =
      on_day.month < birth_date.month || (on_day.month == birth_date.month && on_day.day < birth_date.day);
  const int age = on_day.year - birth_date.year - (is_before_birthday ? 1 : 0);
  return age >= years - 1LL && age <= years + 1LL ? BirthAgreement::age : BirthAgreement::differs;
}

}  // namespace pgpacs::dicom
