#include "extension/dicom/card_number.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

using enum NumberAgreement;

void expect(NumberAgreement wanted, std::string_view number, int year,
            const std::vector<std::string_view>& typed) {
  for (const std::string_view text : typed)
    EXPECT_EQ(name(compare_number(text, number, year)), name(wanted))
        << text << " of " << number << "/" << year;
}

TEST(card_number, has_its_year_in_any_form) {
  expect(exact_with_year, "1234", 2026,
         {"1234/2026", "1234-26", "1234 2026", "2026/1234", "12342026", "001234/2026", "12-34/2026",
          "l234/2O26", "І234/26"});
  expect(exact_with_year, "К-12", 2026, {"K12/2026", "к-12/26", "К 12/26"});
  expect(exact_with_year, "Ґї-12", 2026, {"ґЇ12/2026"});
  expect(exact, "Д-123", 2026, {"д-123"});
  expect(exact, "1234", 2026, {"1234", "001234", " 1234 ", "l234"});
}

TEST(card_number, is_of_its_year_alone) {
  expect(differs, "1234", 2026, {"1234/2025", "1234/25", "2024/1234", "1234-99"});
  expect(differs, "1234", 2026, {"9876", "9876/2026", "x"});
  expect(missing, "1234", 2026, {"", " ", "/-"});
  expect(missing, "-", 2026, {"1234"});
  expect(missing, "1234", 26, {"1234"});
}

TEST(card_number, forgives_one_error) {
  expect(typing_with_year, "1234", 2026, {"1243/2026", "124/26", "12334/2026", "1934/2026"});
  expect(typing, "1234", 2026, {"1243", "124", "12334", "1934"});
  expect(differs, "1234", 2026, {"1432/2026", "14/2026", "2143"});
  expect(differs, "12", 2026, {"21/2026", "1/2026", "13"});
  expect(typing_with_year, "12", 2026, {"123/2026"});
}

TEST(card_number, stands_amid_other_things) {
  expect(part_with_year, "1234", 2026,
         {"IB1234/2026", "N1234/26", "#1234/2026/1", "№1234/2026", "1234/2026A", "KT 1234/2026 2"});
  expect(differs, "1234", 2026, {"IB1234/2025/1", "91234/2025"});
}

TEST(card_number, is_found_by_its_keys) {
  for (const std::string_view typed :
       {"1234/2026", "1234", "IB1234/26", "12342026", "1234-26", "2026/1234", "1234/2026-1"}) {
    const auto keys = number_keys(typed);
    EXPECT_NE(std::find(keys.begin(), keys.end(), number_key("1234")), keys.end()) << typed;
    EXPECT_LE(keys.size(), 6U);
  }
  EXPECT_EQ(number_key("К-0012 "), number_key("k-0012"));
  EXPECT_EQ(number_key(std::string(257, '1')), "");
  EXPECT_TRUE(number_keys("").empty());
}

// Of any bytes: keys are of the text's alphabet, and what is exact is found by them.
TEST(card_number, of_any_text_is_bounded) {
  std::mt19937 random(7);
  const std::vector<std::string> letters = {"0", "1", "2", "9", "O", "l", "/",    "-",
                                            " ", "K", "К", "і", "№", "ї", "2026", "26"};
  for (int round = 0; round < 20000; ++round) {
    std::string typed, number;
    for (std::size_t i = random() % 12; i > 0; --i) typed += letters[random() % letters.size()];
    for (std::size_t i = random() % 6; i > 0; --i) number += letters[random() % letters.size()];
    const auto keys = number_keys(typed);
    EXPECT_LE(keys.size(), 6U);
    for (const std::string& key : keys) EXPECT_TRUE(is_utf8(key) && !key.empty());
    EXPECT_EQ(number_key(number_key(number)), number_key(number)) << number;
    const auto found = compare_number(typed, number, 2026);
    const bool is_key = std::find(keys.begin(), keys.end(), number_key(number)) != keys.end();
    EXPECT_TRUE(is_key || (found != exact && found != exact_with_year)) << typed << " of " << number;
    if (!number_key(number).empty()) {
      EXPECT_GE(compare_number(number + "/2026", number, 2026), part_with_year) << number;
    }
  }
}

}  // namespace
}  // namespace pgpacs::dicom
