#include "extension/dicom/letter_statistics.h"

#include <gtest/gtest.h>

namespace pgpacs::dicom {
namespace {

int cost(std::string_view text, bool only_polish = false) {
  return unlikeliness(text, only_polish).cost;
}

TEST(letter_statistics, prefers_words_to_what_is_none) {
  EXPECT_LT(cost("Сидоренко"), cost("Ñèäîðåíêî"));
  EXPECT_LT(cost("Сидоренко"), cost("яХДНПЕМЙН"));
  EXPECT_LT(cost("СИДОРЕНКО"), cost("УЙДПТЕОЛП"));
  EXPECT_LT(cost("Pawłowski"), cost("Paw³owski"));
  EXPECT_LT(cost("Müller"), cost("Mьller"));
  EXPECT_LT(cost("Zoë"), cost("ZoГ«"));
}

TEST(letter_statistics, counts_words_beyond_ASCII_alone) {
  EXPECT_EQ(cost("CT^HEAD qqqq xzxz"), 0);
  EXPECT_EQ(cost("CT Київ"), cost("Київ"));
  EXPECT_EQ(unlikeliness("CT Київ^Ян", false).letters, 6);
}

TEST(letter_statistics, costs_more_where_a_word_is_not_made_so) {
  EXPECT_GT(cost("кИїв"), cost("київ"));
  EXPECT_GT(cost("Киiвsk"), cost("Киів"));
  EXPECT_GT(cost("К°в"), cost("К ° в"));
  EXPECT_GT(cost("Ки\u0080"), cost("Ки"));
  EXPECT_GT(cost("К║в"), cost("К°в"));
  EXPECT_EQ(cost("Лiсова"), cost("Лісова"));  // with the Latin letter
  EXPECT_LT(cost("Iрина"), cost("Qрина"));
  EXPECT_GT(cost("ê", true), cost("ê", false));
}

TEST(letter_statistics, survives_what_is_no_text) {
  EXPECT_GT(cost("\xFF\xFE\xD0"), 0);
  EXPECT_EQ(cost(""), 0);
}

}  // namespace
}  // namespace pgpacs::dicom
