#include "extension/dicom/name_match.h"

#include <gtest/gtest.h>

#include <string>

namespace pgpacs::dicom {
namespace {

bool finds(std::string_view pattern, std::string_view name) {
  return NamePattern(pattern).matches(name);
}

TEST(name_key, is_small_Latin_without_accents) {
  EXPECT_EQ(name_key("Згурський^Олександр"), "zghurski oleksandr");
  EXPECT_EQ(name_key("ZGHURSKYI^OLEKSANDR^^^"), "zghurski oleksandr");
  EXPECT_EQ(name_key("Müller^Zoë"), "muller zoe");
  EXPECT_EQ(name_key("O'Neil^Pat"), "oneil pat");
  EXPECT_EQ(name_key("Yamada^Tarou=山田^太郎"), "iamada tarou=山田 太郎");
  EXPECT_EQ(name_key(""), "");
}

TEST(name_key, does_not_depend_on_the_place_in_a_word) {
  EXPECT_NE(name_key("Маяківська").find(name_key("яків")), std::string::npos);
  EXPECT_NE(name_key("Надія").find(name_key("ія")), std::string::npos);
  EXPECT_EQ(name_key("Їжак"), name_key("YIZHAK"));
  EXPECT_EQ(name_key("Юрій"), name_key("YURII"));
}

TEST(name_match, leaves_capitals_and_accents_out) {
  EXPECT_TRUE(finds("MULLER^ZOE", "Müller^Zoë"));
  EXPECT_TRUE(finds("шевченко^тарас", "ШЕВЧЕНКО^Тарас"));
  EXPECT_TRUE(finds("Шевчёнко^Тарас", "Шевченко^Тарас"));
  EXPECT_TRUE(finds("Шевченко^Тарас^^^", "Шевченко^Тарас"));
  EXPECT_TRUE(finds("Шевченко Тарас ", "Шевченко^Тарас"));
}

TEST(name_match, takes_the_whole_name_unless_told_otherwise) {
  EXPECT_FALSE(finds("Шевченко", "Шевченко^Тарас"));
  EXPECT_TRUE(finds("Шевч*", "Шевченко^Тарас"));
  EXPECT_TRUE(finds("*тарас", "Шевченко^Тарас"));
  EXPECT_TRUE(finds("Шевченко^*", "Шевченко"));
  EXPECT_FALSE(finds("Шевченко^*", "Шевченковий^Тарас"));
  EXPECT_FALSE(finds("Тарас*", "Шевченко^Тарас"));
}

TEST(name_match, takes_components_in_any_order) {
  EXPECT_TRUE(finds("OLEKSANDR^ZGHURSKYI", "Згурський^Олександр"));
  EXPECT_TRUE(finds("ОЛЕКС*^ЗГУР*", "Zghurskyi^Oleksandr^Ivanovych"));
  EXPECT_FALSE(finds("Тарас^Шевченко", "Шевченко^Тарас^Григорович"));
  EXPECT_FALSE(finds("Іван^Іван", "Іван^Петро"));
}

TEST(name_match, finds_the_other_alphabet) {
  EXPECT_TRUE(finds("ZGHURSKYI*", "Згурський^Олександр"));
  EXPECT_TRUE(finds("Згурський*", "ZGHURSKYI^OLEKSANDR"));
  EXPECT_TRUE(finds("ZGHURSKY*", "Згурський^Олександр"));
  EXPECT_TRUE(finds("З?урський*", "ZGHURSKYI^OLEKSANDR"));
  EXPECT_TRUE(finds("*yak*", "Маяк^Яна"));
  EXPECT_TRUE(finds("YEVHENIIA^*", "Євгенія^Анна"));
}

TEST(name_match, finds_no_other_name) {
  EXPECT_FALSE(finds("Гриценко^Олена", "Гріценко^Олена"));
  EXPECT_FALSE(finds("ALINA^K", "Олена^К"));
  EXPECT_FALSE(finds("KOVAL*", "Ковриженко^Іван"));
  EXPECT_FALSE(finds("HRYTSENKO^*", "Хриценко^Іван"));
}

TEST(name_match, looks_into_groups) {
  EXPECT_TRUE(finds("山田*", "Yamada^Tarou=山田^太郎=やまだ^たろう"));
  EXPECT_TRUE(finds("=山田^太郎", "Yamada^Tarou=山田^太郎"));
  EXPECT_FALSE(finds("=山田^太郎", "山田^太郎=Yamada^Tarou"));
  EXPECT_FALSE(finds("Yamada^Tarou=山本*", "Yamada^Tarou=山田^太郎"));
}

TEST(name_match, survives_bytes_that_are_no_text) {
  EXPECT_FALSE(finds("\xD0*", "\xFF^"));
  EXPECT_FALSE(finds(std::string(4096, 'a'), "b"));
  EXPECT_TRUE(finds("\xFF", "\xFF"));
}

}  // namespace
}  // namespace pgpacs::dicom
