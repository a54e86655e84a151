#include "tests/generate/person.h"

#include <array>

#include "tests/generate/random.h"

namespace pgpacs::generate {

namespace {

const std::array<Person, 6> demonstration{{
    {{{"Шевченко", "SHEVCHENKO"}, {"Оксана", "OKSANA"}, {"Іванівна", "IVANIVNA"}},
     "104512",
     "19680314",
     "F",
     1.66,
     71},
    {{{"Коваленко", "KOVALENKO"}, {"Андрій", "ANDRIY"}, {"Петрович", "PETROVYCH"}},
     "098730",
     "19551102",
     "M",
     1.78,
     88},
    {{{"Ґалаґан", "HALAHAN"}, {"Марія", "MARIIA"}, {"Степанівна", "STEPANIVNA"}},
     "117046",
     "19900721",
     "F",
     1.71,
     62},
    {{{"Лук’яненко", "LUKYANENKO"}, {"Дем’ян", "DEMYAN"}, {"Олексійович", "OLEKSIIOVYCH"}},
     "120388",
     "19811205",
     "M",
     1.83,
     94},
    {{{"Бондаренко", "BONDARENKO"}, {"Юлія", "YULIYA"}, {"Вікторівна", "VIKTORIVNA"}},
     "125901",
     "20140228",
     "F",
     1.38,
     32},
    {{{"Мельничук", "MELNYCHUK"}, {"Іван", "IVAN"}, {"Богданович", "BOHDANOVYCH"}},
     "087254",
     "19431019",
     "M",
     1.70,
     76},
}};

constexpr std::array<Words, 16> families{{
    {"Бойко", "BOIKO"},
    {"Гаврилюк", "HAVRYLIUK"},
    {"Дзюба", "DZIUBA"},
    {"Єременко", "YEREMENKO"},
    {"Жук", "ZHUK"},
    {"Захарченко", "ZAKHARCHENKO"},
    {"Їжакевич", "YIZHAKEVYCH"},
    {"Кравець", "KRAVETS"},
    {"Лисенко", "LYSENKO"},
    {"Мороз", "MOROZ"},
    {"Онищенко", "ONYSHCHENKO"},
    {"Паламарчук", "PALAMARCHUK"},
    {"Ткач", "TKACH"},
    {"Хоменко", "KHOMENKO"},
    {"Щербина", "SHCHERBYNA"},
    {"Ярема", "YAREMA"},
}};

constexpr std::array<Words, 8> women{{
    {"Ганна", "HANNA"},
    {"Ірина", "IRYNA"},
    {"Людмила", "LIUDMYLA"},
    {"Наталія", "NATALIIA"},
    {"Олена", "OLENA"},
    {"Світлана", "SVITLANA"},
    {"Тетяна", "TETIANA"},
    {"Христина", "KHRYSTYNA"},
}};

constexpr std::array<Words, 8> men{{
    {"Богдан", "BOHDAN"},
    {"Василь", "VASYL"},
    {"Григорій", "HRYHORII"},
    {"Євген", "YEVHEN"},
    {"Микола", "MYKOLA"},
    {"Олександр", "OLEKSANDR"},
    {"Сергій", "SERHII"},
    {"Ярослав", "YAROSLAV"},
}};

constexpr std::array<Words, 4> daughters{{
    {"Богданівна", "BOHDANIVNA"},
    {"Василівна", "VASYLIVNA"},
    {"Миколаївна", "MYKOLAIVNA"},
    {"Сергіївна", "SERHIIVNA"},
}};

constexpr std::array<Words, 4> sons{{
    {"Богданович", "BOHDANOVYCH"},
    {"Васильович", "VASYLOVYCH"},
    {"Миколайович", "MYKOLAIOVYCH"},
    {"Сергійович", "SERHIIOVYCH"},
}};

template <std::size_t size>
Words any_of(const std::array<Words, size>& words, Random& random) {
  return words[static_cast<std::size_t>(random.below(static_cast<int>(size)))];
}

std::string two_digits(int number) {
  return std::string(number < 10 ? "0" : "").append(std::to_string(number));
}

Person put_together(std::size_t number) {
  Random random(0, "person " + std::to_string(number));
  const bool is_woman = random.below(2) == 0;
  const Words family = any_of(families, random);
  const Words given = is_woman ? any_of(women, random) : any_of(men, random);
  const Words patronymic = is_woman ? any_of(daughters, random) : any_of(sons, random);
  const std::string year = std::to_string(1936 + random.below(75));
  const std::string month = two_digits(1 + random.below(12));
  const std::string day = two_digits(1 + random.below(28));
  return {{family, given, patronymic},
          std::to_string(200000 + number),
          year + month + day,
          is_woman ? "F" : "M",
          (is_woman ? 1.55 : 1.66) + random.below(22) / 100.0,
          52.0 + random.below(48)};
}

}  // namespace

Person person(std::size_t number) {
  return number <= demonstration.size() ? demonstration[number - 1] : put_together(number);
}

Name referring_physician(std::size_t number) {
  constexpr std::array<Name, 3> people{{
      {{"Гончар", "HONCHAR"}, {"Леся", "LESIA"}, {"Романівна", "ROMANIVNA"}},
      {{"Савчук", "SAVCHUK"}, {"Тарас", "TARAS"}, {"Ігорович", "IHOROVYCH"}},
      {{"Дорошенко", "DOROSHENKO"}, {"Ніна", "NINA"}, {"Павлівна", "PAVLIVNA"}},
  }};
  return people[number % people.size()];
}

Name performing_physician(std::size_t number) {
  constexpr std::array<Name, 2> people{{
      {{"Вербицька", "VERBYTSKA"}, {"Галина", "HALYNA"}, {"Орестівна", "ORESTIVNA"}},
      {{"Стус", "STUS"}, {"Максим", "MAKSYM"}, {"Юрійович", "YURIIOVYCH"}},
  }};
  return people[number % people.size()];
}

Name console_operator(std::size_t number) {
  constexpr std::array<Name, 2> people{{
      {{"Пилипчук", "PYLYPCHUK"}, {"Роман", "ROMAN"}, {}},
      {{"Яворська", "YAVORSKA"}, {"Інна", "INNA"}, {}},
  }};
  return people[number % people.size()];
}

}  // namespace pgpacs::generate
