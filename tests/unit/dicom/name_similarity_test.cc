#include "extension/dicom/name_similarity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "extension/dicom/name_sound.h"
#include "extension/dicom/romanize.h"
#include "extension/dicom/sound_distance.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

float similarity(std::string_view a, std::string_view b) {
  return compare_names(a, b).similarity;
}

struct Case {
  std::string_view a, b;
  Agreement surname, given, patronymic;
};

void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const NameAgreement found = compare_names(c.a, c.b);
    EXPECT_EQ(name(found.surname), name(c.surname)) << c.a << " | " << c.b;
    EXPECT_EQ(name(found.given), name(c.given)) << c.a << " | " << c.b;
    EXPECT_EQ(name(found.patronymic), name(c.patronymic)) << c.a << " | " << c.b;
  }
}

using enum Agreement;

TEST(name_similarity, takes_components_in_any_order_and_place) {
  expect({
      {"Шевченко^Тарас^Григорович", "SHEVCHENKO^TARAS^HRYHOROVYCH", exact, exact, exact},
      {"Шевченко^Тарас^Григорович", "TARAS SHEVCHENKO", exact, exact, missing},
      {"Шевченко^Тарас^Григорович", "Hryhorovych^Taras^Shevchenko", exact, exact, exact},
      {"Шевченко^Тарас^Григорович", "Шевченко Тарас Григорович^^^", exact, exact, exact},
      {"Нечуй-Левицький^Іван", "LEVYTSKYI^IVAN", truncated, exact, missing},
      {"Нечуй-Левицький^Іван", "Nechui Levytskyi Ivan", exact, exact, missing},
      {"Якубович^Іван^Петрович", "IVAN YAKUBOVYCH", exact, exact, missing},
      {"Мартин^Петро^Іванович", "PETRO MARTYN", exact, exact, missing},
      {"YAMADA^TAROU=山田^太郎", "山田^太郎", exact, exact, missing},
  });
}

TEST(name_similarity, knows_given_names_of_other_languages) {
  const std::vector<std::string_view> names[] = {
      {"Олександр", "Александр", "Oleksandr", "Aleksandr", "Alexander"},
      {"Микола", "Николай", "Nikolai", "Mykola", "Nikolay", "Nicholas"},
      {"Олена", "Елена", "Olena", "Elena", "Yelena", "Helen"},
      {"Ганна", "Анна", "Hanna", "Anna", "Ganna"},
      {"Дмитро", "Дмитрий", "Dmytro", "Dmitriy", "Dmitry"},
      {"Сергій", "Сергей", "Serhii", "Sergey", "Sergii", "Sergej"},
      {"Євген", "Евгений", "Yevhen", "Evgeniy", "Eugene", "Evgen"},
      {"Володимир", "Владимир", "Volodymyr", "Vladimir", "Wladimir"},
      {"Олександра", "Александра", "Oleksandra", "Alexandra"},
  };
  for (const auto& one : names)
    for (const auto& other : names)
      for (const std::string_view a : one)
        for (const std::string_view b : other) {
          const NameAgreement found =
              compare_names("Коваленко^" + std::string(a) + "^^", "Kovalenko^" + std::string(b));
          if (&one == &other)
            EXPECT_GE(found.given, equivalent) << a << " | " << b;
          else
            EXPECT_EQ(found.given, differs) << a << " | " << b;
        }
}

TEST(name_similarity, hears_what_consoles_spell) {
  expect({
      {"Згурський^Юрій", "Zgursky^Yuriy", sound, exact, missing},
      {"Щербак^Юрій", "SCHERBAK^JURIJ", sound, exact, missing},
      {"Хоменко^Ольга", "Homenko^Olga", sound, sound, missing},
      {"Цимбалюк^Єлизавета", "Cymbaljuk^Elizaveta", exact, sound, missing},
      {"Кравець^Марія^Іванівна", "Kravec^Mariya^Ivanovna", sound, exact, sound},
      {"Коваленко^Олександр^Миколайович", "Kovalenko^Aleksandr^Nikolaevich", exact, sound, equivalent},
      {"Знам'янко^Ілля", "Знам’янко^Ілля", exact, exact, missing},
      {"Знам'янко^Ілля", "Znamyanko^Ilya", exact, exact, missing},
      {"Ґалаґан^Лев", "Галаган^Лев", sound, exact, missing},
      {"Петрівська^Інна", "Petrovskaya^Inna", sound, exact, missing},
      {"Тарасівський^Іван", "ТАРАСОВСКИЙ^ИВАН", sound, exact, missing},
      {"Сухик^Іван", "SUXIK^IVAN", sound, exact, missing},
      {"Ткачик^Іван^Семенович", "TKA4YK^IVAN^SEMENOVI4", exact, exact, exact},
      {"Гончар^Іван", "Gonchar^Ivan", sound, exact, missing},
      {"Шевченко^Тарас", "Schewtschenko^Taras", exact, exact, missing},
  });
}

TEST(name_similarity, sees_letters_that_look_alike) {
  EXPECT_EQ(similarity("Шевченко^Тарас", "Шeвчeнкo^Тарac"), 1);
  EXPECT_EQ(similarity("Шевченко^Тарас", "SHЕVСНЕNКО^ТАRАS"), 1);
  EXPECT_EQ(similarity("Шевченко^Ніна^М", "ШЕВЧЕНКО^HIHA^M"), 1);
  EXPECT_EQ(similarity("Smith^Тарас", "Smith^Taras"), 1);
  EXPECT_EQ(similarity("Кiт^Іван", "Кіт^Iван"), 1);
}

TEST(name_similarity, forgives_typing_errors) {
  expect({
      {"Коваленко^Іван", "KOVLAENKO^IVAN", typing, exact, missing},
      {"Коваленко^Іван", "KOVALENK^IVAN", typing, exact, missing},
      {"Коваленко^Іван", "KOVALENKKO^IVNA", exact, typing, missing},
      {"Коваленко^Олександр", "KOVALENKO^OLEKSNADR", exact, typing, missing},
      {"Коваленко^Іван^Петрович", "KOVALENKO^IVAN^PETORVYCH", exact, exact, typing},
  });
}

TEST(name_similarity, takes_an_initial_for_what_begins_with_it) {
  expect({
      {"Шевченко^Тарас^Григорович", "Shevchenko T H", exact, initial, initial},
      {"Шевченко^Тарас^Григорович", "Shevchenko T.G.", exact, initial, initial},
      {"Шевченко^Тарас^Григорович", "Шевченко Т", exact, initial, missing},
      {"Шевченко^Тарас^Григорович", "Шевченко О Г", exact, differs, initial},
      {"Шевченко^Тарас^Григорович", "Шевченко Т О", exact, initial, differs},
      {"Шевченко^Т^Г", "Shevchenko^T^H", exact, exact, exact},
      {"Коваль^Олександр^Миколайович", "KOVAL A N", exact, initial, initial},
      {"Коваль^Євген", "KOVAL E", exact, initial, missing},
      {"Коваль^Євген", "KOVAL Y.", exact, initial, missing},
      {"Коваль^Юрій", "Коваль Ю.", exact, initial, missing},
      {"Коваль^Шаміль", "KOVAL SH", exact, initial, missing},
  });
}

TEST(name_similarity, takes_a_beginning_for_what_was_cut) {
  expect({
      {"Коваленко^Олександр", "KOVALENKO^OLEKS", exact, truncated, missing},
      {"Коваленко^Олександр", "KOVALENKO^OLEKSA", exact, truncated, missing},
      {"Коваленко^Тарас^Григорович", "KOVALENKO^TARAS^HRYHORO", exact, exact, truncated},
      {"Коваленко^Іван^Петрович", "KOVAL IVAN PETRO", differs, exact, truncated},
      {"Ковальчук^Олександра", "OLEKSANDRA KOVAL", truncated, exact, missing},
      {"Ковальчук^Олександра", "KOVAL OLEKSANDRA A", differs, exact, missing},
      {"Ковальчук^Сергій^Іванович", "Kovalchuk^Serhii^Ivan", exact, exact, truncated},
      {"Журавенко^Сабіна", "ZHURAVENKO^SABIN", exact, truncated, missing},
      {"Іванов^Олександра", "IVANOV^OLEKSANDR", exact, truncated, missing},
  });
  EXPECT_GT(similarity("Коваленко^Олександр", "KOVALENKO^OLEKSAN"),
            similarity("Коваленко^Олександр", "KOVALENKO^OLEK"));
}

TEST(name_similarity, keeps_persons_apart) {
  expect({
      {"Шевченко^Іван", "Шевчук^Іван", differs, exact, missing},
      {"Марченко^Іван", "Харченко^Іван", differs, exact, missing},
      {"Петренко^Іван", "Петренко^Олена", exact, differs, missing},
      {"Петренко^Олена", "Petrenko^Alina", exact, differs, missing},
      {"Коваль^Іван", "Ковальчук^Іван", differs, exact, missing},
      {"Бондаренко^Олександр", "Бондаренко^Олександра", exact, differs, missing},
      {"Бондаренко^Олександр", "BONDARENKO^OLEKSANDRA", exact, differs, missing},
      {"Гриценко^Євген", "HRYTSENKO^YEVHENIIA", exact, differs, missing},
      {"Коваль^Іван^Петрович", "Коваль^Петро^Іванович", exact, differs, differs},
      {"Коваль^Іван^Петрович", "Коваль^Іван^Іванович", exact, exact, differs},
      {"Коваль^Саша^Петрович", "Коваль^Саша^Петрівна", exact, exact, differs},
      {"Іван Петрович", "Петро Іванович", missing, differs, differs},
      {"Петренко^Айгуль", "PETRENKO^DZHAMILIA", exact, differs, missing},
      {"Петренко^Айгуль", "PETRENKO^IVAN", exact, differs, missing},
      {"Петров^Іван", "Сидоренко^Іван^Петрович", differs, exact, missing},
      {"Лис^Іван", "Рис^Іван", differs, exact, missing},
  });
  for (const auto& [a, b] : {std::pair("Шевченко^Іван", "Шевчук^Іван"),
                             {"Петренко^Іван", "Петренко^Олена"},
                             {"Коваль^Іван^Петрович", "Коваль^Іван^Іванович"},
                             {"Іван Петрович", "Петро Іванович"}})
    EXPECT_LE(similarity(a, b), .2F) << a << " | " << b;
}

TEST(name_similarity, sees_a_surname_of_the_other_sex) {
  expect({
      {"Савицька^Олена", "SAVYTSKYI^OLENA", other_sex, exact, missing},
      {"Савицький^Іван", "Савицька^Олена", other_sex, differs, missing},
      {"Іванова^Анна", "IVANOV^ANNA", other_sex, exact, missing},
      {"Чайковская^Анна", "Чайковский^Анна", other_sex, exact, missing},
  });
}

TEST(name_similarity, says_nothing_of_what_is_no_name) {
  const std::string long_name(5000, 'a');
  for (const std::string_view text :
       {std::string_view(""), std::string_view("^^^"), std::string_view("123"), std::string_view("= ="),
        std::string_view("."), std::string_view(long_name)}) {
    EXPECT_EQ(similarity(text, text), 0);
    EXPECT_EQ(similarity(text, "Шевченко^Тарас"), 0);
    EXPECT_EQ(compare_names(text, "Шевченко^Тарас").surname, missing);
  }
}

// Names of one, two or three components, and what a console may make of them.
class Names {
 public:
  std::vector<std::string> make() {
    std::vector<std::string> words = {
        pick({"Шевченко", "Ковальчук", "Згурський", "Щербак", "Цимбалюк", "Знам'янко", "Іванова", "Ґалаґан",
              "Мартин", "Якубович", "Smith", "Müller", "Лис"})};
    if (chance(9))
      words.push_back(pick({"Микола", "Тарас", "Ганна", "Сергій", "Євгенія", "Юрій", "Айгуль", "John", "Г"}));
    if (chance(5)) words.push_back(pick({"Григорович", "Іванівна", "Nikolaevich", "Ілліч", "М"}));
    return words;
  }
  std::string damage(std::string text) {
    for (int i = number(3); i > 0; --i)
      if (!text.empty())
        text[static_cast<std::size_t>(number(static_cast<int>(text.size())))] =
            static_cast<char>(number(256));
    return text;
  }
  std::string join(std::vector<std::string> words) {
    std::shuffle(words.begin(), words.end(), random_);
    std::string name;
    for (const std::string& word : words) name += (name.empty() ? "" : pick({"^", " ", ", "})) + word;
    // A name of 16 characters has a last word.
    return name + "^^";
  }
  bool chance(int of_ten) { return number(10) < of_ten; }
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(number(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 random_{5};
};

bool may_be_cut(std::string_view name) {
  const NameWords words = name_words(name);
  return words.count > 0 && words.words[words.count - 1].may_be_cut;
}

TEST(name_similarity, is_symmetric_and_bounded_whatever_it_is_given) {
  Names names;
  for (int i = 0; i < 20000; ++i) {
    const std::string a = names.damage(names.join(names.make()));
    const std::string b = names.damage(names.join(names.make()));
    const NameAgreement one = compare_names(a, b);
    const NameAgreement other = compare_names(b, a);
    ASSERT_EQ(one.similarity, other.similarity) << a << " | " << b;
    ASSERT_TRUE(one.similarity >= 0 && one.similarity <= 1) << a << " | " << b;
    if (a.find('=') == std::string::npos && b.find('=') == std::string::npos) {
      ASSERT_EQ(one.surname, other.surname) << a << " | " << b;
      ASSERT_EQ(one.given, other.given) << a << " | " << b;
      ASSERT_EQ(one.patronymic, other.patronymic) << a << " | " << b;
    }
  }
}

TEST(name_similarity, is_one_for_a_name_in_another_order_case_or_alphabet) {
  Names names;
  for (int i = 0; i < 5000; ++i) {
    const std::vector<std::string> words = names.make();
    const std::string a = names.join(words);
    const std::string b = names.join(words);
    ASSERT_EQ(similarity(a, a), 1) << a;
    ASSERT_EQ(similarity(a, b), 1) << a << " | " << b;
    ASSERT_EQ(similarity(a, name_letters(b)), 1) << a << " | " << b;
    ASSERT_EQ(similarity(a, romanize(b)), 1) << a << " | " << b;
  }
}

TEST(name_similarity, does_not_depend_on_order) {
  Names names;
  for (int i = 0; i < 20000; ++i) {
    const std::vector<std::string> one = names.make();
    const std::vector<std::string> other = names.make();
    const std::string a = names.join(one), b = names.join(other);
    const std::string c = names.join(one), d = names.join(other);
    if (may_be_cut(a) || may_be_cut(b) || may_be_cut(c) || may_be_cut(d)) continue;
    ASSERT_EQ(similarity(a, b), similarity(c, d)) << a << " | " << b << " | " << c << " | " << d;
  }
}

TEST(name_similarity, falls_as_the_last_component_is_cut) {
  for (const std::string_view name :
       {"Шевченко^Тарас^Григорович", "Коваль^Микола", "Kovalchuk^Serhii^Hryhorovych", "Згурський^Євген",
        "Цимбалюк^Катерина^Григорівна", "Лис^Людмила", "Коваленко^Іван^Петрович",
        "Koval^Petro^Mykolaiovych"}) {
    float before = 1;
    for (std::string_view cut = name; cut.rfind('^') + 1 < cut.size(); cut.remove_suffix(1)) {
      if (!is_utf8(cut)) continue;
      // A father's name that is left of a patronymic is a little less than what is left of that.
      ASSERT_LE(similarity(name, cut), before + .01F) << name << " | " << cut;
      before = similarity(name, cut);
    }
    EXPECT_LT(before, .97F);
  }
}

TEST(name_similarity, romanizing_twice_is_romanizing_once) {
  Names names;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = names.damage(names.join(names.make()));
    ASSERT_EQ(romanize(romanize(name)), romanize(name));
  }
}

TEST(name_similarity, ends_soon_on_what_was_made_to_take_long) {
  std::string a, b;
  Names names;
  for (int word = 0; word < 60; ++word) {
    for (int i = 0; i < 64; ++i) {
      a += names.pick({"b", "d", "l", "m", "a"});
      b += names.pick({"b", "d", "l", "m", "a"});
    }
    a += '^';
    b += '^';
  }
  EXPECT_EQ(name_words(a).count, NameWords::most);
  EXPECT_LT(similarity(a, b), .2F);
}

TEST(name_sound, distance_counts_single_steps) {
  EXPECT_EQ(sound_distance("kovalenko", "kovalenko", 6), 0);
  EXPECT_EQ(sound_distance("kovalenko", "kovalenka", 6), 1);
  EXPECT_EQ(sound_distance("elena", "ielena", 6), 1);
  EXPECT_EQ(sound_distance("kovalenko", "kovlaenko", 6), 3);
  EXPECT_EQ(sound_distance("kovalenko", "kovlenko", 6), 3);
  EXPECT_EQ(sound_distance("kovalenko", "dovalenko", 6), 5);
  EXPECT_EQ(sound_distance("kovalenko", "bondar", 6), 7);
  EXPECT_EQ(sound_distance("", "", 6), 0);
}

}  // namespace
}  // namespace pgpacs::dicom
