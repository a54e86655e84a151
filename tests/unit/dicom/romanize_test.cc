#include "extension/dicom/romanize.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pgpacs::dicom {
namespace {

TEST(romanize, is_resolution_55_of_2010) {
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"Алушта", "Alushta"},      {"Борщагівка", "Borshchahivka"},
      {"Згурський", "Zghurskyi"}, {"Розгон", "Rozghon"},
      {"Ґалаґан", "Galagan"},     {"Єнакієве", "Yenakiieve"},
      {"Гаєвич", "Haievych"},     {"Їжакевич", "Yizhakevych"},
      {"Кадиївка", "Kadyivka"},   {"Йосипівка", "Yosypivka"},
      {"Стрий", "Stryi"},         {"Юрій", "Yurii"},
      {"Яготин", "Yahotyn"},      {"Ічня", "Ichnia"},
      {"Короп'є", "Koropie"},     {"Знам’янка", "Znamianka"},
      {"Феодосія", "Feodosiia"},  {"Русь", "Rus"},
      {"Щербухи", "Shcherbukhy"}, {"Біла Церква", "Bila Tserkva"},
  };
  for (const auto& [ukrainian, latin] : facts) EXPECT_EQ(romanize(ukrainian), latin);
}

TEST(romanize, keeps_capitals_as_they_were) {
  EXPECT_EQ(romanize("ЯГОТИН"), "YAHOTYN");
  EXPECT_EQ(romanize("ЩЕРБАК^ЮЛІЯ"), "SHCHERBAK^YULIIA");
  EXPECT_EQ(romanize("МАЛИШ"), "MALYSH");
  EXPECT_EQ(romanize("Я. Ю."), "Ya. Yu.");
}

TEST(romanize, begins_a_word_after_whatever_is_no_letter) {
  EXPECT_EQ(romanize("Нечуй-Яворський^Єва=Їжак Юрій"), "Nechui-Yavorskyi^Yeva=Yizhak Yurii");
  EXPECT_EQ(romanize("Dr.Яна"), "Dr.Yana");
}

TEST(romanize, leaves_what_is_not_Cyrillic) {
  for (const std::string_view text : {"", "O'Neil^Séan", "王^小東=わたし", "'", "x'y", "^^^", "5'-3'"})
    EXPECT_EQ(romanize(text), text);
}

TEST(romanize, reads_letters_that_are_put_together) {  // и and U+0306
  EXPECT_EQ(romanize("Андрі\u0438\u0306"), "Andrii");
  EXPECT_EQ(romanize("\u0406\u0308жак"), "Yizhak");
}

TEST(romanize, survives_bytes_that_are_no_text) {
  EXPECT_EQ(romanize("\xD0"), "\xD0");
  EXPECT_EQ(romanize("Я\xFF\xD1"), "Ya\xFF\xD1");
  EXPECT_EQ(name_skeleton("\xFFКіт\xD0"), "\xFFkit\xD0");
}

TEST(name_skeleton, is_the_same_for_spellings_of_one_name) {
  const std::vector<std::string_view> names[] = {
      {"Згурський^Олександр", "ZGHURSKYI^OLEKSANDR", "Zgurskij^Aleksandr", "Zhurskyy^Olexandr"},
      {"Щербак^Юрій", "Shcherbak^Yurii", "SCHERBAK^YURIY", "Sherbak^Iurij", "Shherbak^Jurij"},
      {"Шевченко^Тарас", "SHEVCHENKO^TARAS", "Schewtschenko^Taras", "Shevchenko Taras", "ШЕВЧЕНКО=ТАРАС"},
      {"Хоменко", "Khomenko", "Homenko"},
      {"Гаєвич", "Haievych", "Gaevich", "Gajevych"},
      {"Цимбал", "Tsymbal", "Cymbal", "Czymbal"},
      {"Знам’янка", "Знам'янка", "Znamianka", "Znamyanka", "Znamjanka"},
      {"Müller", "Muller", "MÜLLER"},
      {"Ковальчук", "Kovalchuk", "Koval'chuk", "Kowaltschuk"},
      {"Сергій", "Serhii", "Sergey", "Sergej", "Сергей"},
  };
  for (const auto& spellings : names)
    for (const std::string_view spelling : spellings)
      EXPECT_EQ(name_skeleton(spelling), name_skeleton(spellings.front())) << spelling;
}

TEST(name_skeleton, tells_other_names_apart) {
  const std::string_view names[] = {"Коваленко", "Ковальчук", "Шевченко", "Шевчук", "Щербак", "Гончар",
                                    "Мороз",     "Мірза",     "Іванов",   "Ющенко", "Андрій", "Андріана"};
  for (const std::string_view one : names)
    for (const std::string_view other : names) {
      if (one == other) continue;
      EXPECT_NE(name_skeleton(one), name_skeleton(other)) << one << ' ' << other;
    }
}

TEST(name_skeleton, has_single_blanks_between_components_and_none_around) {
  EXPECT_EQ(name_skeleton("^Кіт^^=Пес -  "), "kit pis");
  EXPECT_EQ(name_skeleton(""), "");
  EXPECT_EQ(name_skeleton("^^"), "");
  EXPECT_EQ(name_skeleton("Ганна 1001"), "hana 1001");
}

TEST(name_skeleton, keeps_what_is_neither_Latin_nor_Cyrillic) {
  EXPECT_EQ(name_skeleton("王^小東"), "王 小東");
}

}  // namespace
}  // namespace pgpacs::dicom
