#include "extension/dicom/birth_date.h"

#include <gtest/gtest.h>

#include <random>

namespace pgpacs::dicom {
namespace {

using enum BirthAgreement;

TEST(birth_date, agrees_in_part) {
  const Date card{1960, 3, 9};
  EXPECT_EQ(compare_birth_dates({1960, 3, 9}, card), exact);
  EXPECT_EQ(compare_birth_dates({1960, 9, 3}, card), swapped);
  EXPECT_EQ(compare_birth_dates({1960, 1, 1}, card), first_of_january);
  EXPECT_EQ(compare_birth_dates({1961, 3, 9}, card), typing);
  EXPECT_EQ(compare_birth_dates({1970, 3, 9}, card), typing);
  EXPECT_EQ(compare_birth_dates({1960, 3, 19}, card), typing);
  EXPECT_EQ(compare_birth_dates({1960, 3, 18}, card), differs);
  EXPECT_EQ(compare_birth_dates({1961, 1, 1}, card), differs);
  EXPECT_EQ(compare_birth_dates({1979, 5, 5}, {1980, 5, 5}), typing);
}

TEST(birth_date, is_told_by_an_age) {
  EXPECT_EQ(compare_age(66, {2026, 3, 9}, {1960, 3, 9}), age);
  EXPECT_EQ(compare_age(65, {2026, 3, 8}, {1960, 3, 9}), age);
  EXPECT_EQ(compare_age(67, {2026, 3, 9}, {1960, 3, 9}), age);
  EXPECT_EQ(compare_age(68, {2026, 3, 9}, {1960, 3, 9}), differs);
  EXPECT_EQ(compare_age(0, {2026, 3, 9}, {1960, 3, 9}), differs);
}

TEST(birth_date, agrees_the_same_whichever_comes_first) {
  std::mt19937 random(3);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  for (int i = 0; i < 50000; ++i) {
    const Date a{draw(1958, 1972), draw(1, 4), draw(1, 12)}, b{draw(1958, 1972), draw(1, 4), draw(1, 12)};
    EXPECT_EQ(compare_birth_dates(a, b), compare_birth_dates(b, a));
    EXPECT_EQ(compare_birth_dates(a, a), exact);
  }
}

}  // namespace
}  // namespace pgpacs::dicom
