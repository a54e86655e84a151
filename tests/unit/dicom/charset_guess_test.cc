#include "extension/dicom/charset_guess.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <iostream>
#include <stdexcept>

#include "extension/dicom/utf8.h"
#include "tests/unit/dicom/builder.h"
#include "tests/unit/dicom/charset_corpus.h"

namespace pgpacs::dicom {
namespace {

using test::hex;

// "" where the encoding lacks a character of it.
std::string convert(std::string_view text, const char* from, const char* to) {
  iconv_t const handle = iconv_open(to, from);
  std::string out(text.size() * 4, '\0');
  char* in = const_cast<char*>(text.data());
  std::size_t in_left = text.size(), out_left = out.size();
  char* at = out.data();
  const bool is_done = iconv(handle, &in, &in_left, &at, &out_left) == 0;
  iconv_close(handle);
  out.resize(out.size() - out_left);
  return is_done ? out : "";
}

// The text in bytes; "UTF-8 twice CP1251": its UTF-8 taken for that set and encoded again.
std::string encode(std::string_view text, std::string_view encoding) {
  constexpr std::string_view twice = "UTF-8 twice ";
  if (encoding.starts_with(twice))
    return convert(text, std::string(encoding.substr(twice.size())).c_str(), "UTF-8");
  return convert(text, "UTF-8", std::string(encoding).c_str());
}

std::string guess(std::string_view term, std::string_view texts) {
  CharacterSet declared;
  declared.declare(term);
  const auto found = guess_charset(declared, texts);
  return std::string(found ? found->name : "");
}

std::string guess_of(std::string_view term, std::string_view text, std::string_view encoding) {
  const std::string raw = encode(text, encoding);
  EXPECT_NE(raw, "") << text << " in " << encoding;
  return guess(term, raw);
}

const test::Country& country(std::string_view name) {
  for (const test::Country& one : test::countries())
    if (one.name == name) return one;
  throw std::invalid_argument("no such country");
}

// What a header of each patient says: name, institution, description.
std::vector<std::string> data_sets(const test::Country& from, bool is_whole) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < from.patients.size(); ++i) {
    all.emplace_back(from.patients[i]);
    if (is_whole)
      (((all.back() += '\n') += from.institutions[i % from.institutions.size()]) += '\n') +=
          from.descriptions[i % from.descriptions.size()];
  }
  return all;
}

struct Count {
  int right = 0, none = 0, wrong = 0, all = 0;
};

// How often a text under a term that lies is read as it was written.
Count count(const test::Country& from, bool is_whole, std::string_view term, std::string_view encoding) {
  Count count;
  for (const std::string& text : data_sets(from, is_whole)) {
    const std::string raw = encode(text, encoding);
    if (raw.empty() || is_ascii(raw)) continue;
    CharacterSet declared;
    declared.declare(term);
    const auto found = guess_charset(declared, raw);
    std::string read;
    if (found) found->taken.decode(raw, read);
    ++count.all;
    ++(read == text ? count.right : found ? count.wrong : count.none);
  }
  return count;
}

void print(std::string_view what, const Count& count) {
  std::cout << what << ": " << count.right << " of " << count.all << " found, " << count.none << " left, "
            << count.wrong << " read wrongly\n";
}

struct Lie {
  std::string_view country, term, encoding;
};

std::vector<Lie> lies() {
  std::vector<Lie> all;
  for (const char* term : {"ISO_IR 100", "ISO_IR 144", ""})
    for (const char* from : {"Ukraine", "Russian speakers"})
      for (const char* encoding : {"CP1251", "KOI8-U", "CP1125", "UTF-8", "UTF-8 twice ISO-8859-1",
                                   "UTF-8 twice CP1252", "UTF-8 twice CP1251"})
        all.push_back({from, term, encoding});
  for (const char* term : {"ISO_IR 100", ""})
    for (const char* from : {"Ukraine", "Russian speakers"}) all.push_back({from, term, "ISO-8859-5"});
  for (const char* from : {"Ukraine", "Russian speakers"})
    for (const char* encoding :
         {"CP1251", "KOI8-U", "UTF-8 twice ISO-8859-1", "UTF-8 twice CP1252", "UTF-8 twice CP1251"})
      all.push_back({from, "ISO_IR 192", encoding});
  for (const char* term : {"ISO_IR 100", ""})
    for (const char* encoding : {"CP1250", "ISO-8859-2", "UTF-8"}) all.push_back({"Poland", term, encoding});
  for (const char* from : {"Germany", "France and Spain", "Turkey", "Greece"})
    all.push_back({from, "ISO_IR 100", "UTF-8"});
  return all;
}

TEST(charset_guess, finds_what_a_data_set_is_really_in) {
  for (const bool is_whole : {true, false}) {
    Count sum;
    for (const Lie& lie : lies()) {
      const Count one = count(country(lie.country), is_whole, lie.term, lie.encoding);
      if (one.right < one.all)
        print(std::string(lie.country) + " in " + std::string(lie.encoding) + " under \"" +
                  std::string(lie.term) + '"',
              one);
      sum.right += one.right, sum.none += one.none, sum.wrong += one.wrong, sum.all += one.all;
    }
    print(is_whole ? "Data sets" : "Patient's names alone", sum);
    EXPECT_GE(sum.right * 100, sum.all * (is_whole ? 95 : 80));
    EXPECT_LE(sum.wrong * 100, is_whole ? 0 : sum.all);
  }
}

struct Truth {
  std::string_view country, term, encoding;
};
const Truth truths[] = {
    {"Ukraine", "ISO_IR 144", "ISO-8859-5"},
    {"Russian speakers", "ISO_IR 144", "ISO-8859-5"},
    {"Bulgaria and Serbia", "ISO_IR 144", "ISO-8859-5"},
    {"Poland", "ISO_IR 101", "ISO-8859-2"},
    {"Czechia and Hungary", "ISO_IR 101", "ISO-8859-2"},
    {"Germany", "ISO_IR 100", "ISO-8859-1"},
    {"Germany", "ISO_IR 101", "ISO-8859-2"},
    {"Germany", "ISO_IR 148", "ISO-8859-9"},
    {"Germany", "ISO_IR 203", "ISO-8859-15"},
    {"France and Spain", "ISO_IR 100", "ISO-8859-1"},
    {"France and Spain", "ISO_IR 203", "ISO-8859-15"},
    {"France and Spain", "ISO_IR 148", "ISO-8859-9"},
    {"Turkey", "ISO_IR 148", "ISO-8859-9"},
    {"Greece", "ISO_IR 126", "ISO-8859-7"},
    {"Ukraine", "ISO_IR 192", "UTF-8"},
    {"Russian speakers", "ISO_IR 192", "UTF-8"},
    {"Poland", "ISO_IR 192", "UTF-8"},
    {"Germany", "ISO_IR 192", "UTF-8"},
    {"France and Spain", "ISO_IR 192", "UTF-8"},
    {"Turkey", "ISO_IR 192", "UTF-8"},
    {"Greece", "ISO_IR 192", "UTF-8"},
    {"Bulgaria and Serbia", "ISO_IR 192", "UTF-8"},
    {"Czechia and Hungary", "ISO_IR 192", "UTF-8"},
};

TEST(charset_guess, never_changes_what_was_declared_rightly) {
  int all = 0, changed = 0;
  for (const Truth& truth : truths)
    for (const bool is_whole : {true, false}) {
      std::string together;
      for (const std::string& text : data_sets(country(truth.country), is_whole)) {
        const std::string raw = encode(text, truth.encoding);
        if (raw.empty()) continue;
        (together += raw) += '\n';
        for (const std::string_view& texts : {std::string_view(raw), std::string_view(together)}) {
          ++all;
          const std::string found = guess(truth.term, texts);
          changed += found.empty() ? 0 : 1;
          EXPECT_EQ(found, "") << text << " under " << truth.term;
        }
      }
      for (const auto* list : {&country(truth.country).institutions, &country(truth.country).descriptions})
        for (const std::string_view text : *list) {
          ++all;
          const std::string found = guess(truth.term, encode(text, truth.encoding));
          changed += found.empty() ? 0 : 1;
          EXPECT_EQ(found, "") << text << " under " << truth.term;
        }
    }
  std::cout << "Rightly declared texts: " << changed << " of " << all << " changed\n";
}

TEST(charset_guess, takes_the_examples_for_what_they_are) {
  EXPECT_EQ(guess_of("ISO_IR 100", "Сидоренко", "CP1251"), "windows-1251");
  EXPECT_EQ(guess_of("ISO_IR 144", "СИДОРЕНКО^ОЛЕНА", "CP1251"), "windows-1251");
  EXPECT_EQ(guess_of("", "Сидоренко^Олена", "KOI8-U"), "KOI8-U");
  EXPECT_EQ(guess_of("ISO_IR 101", "Сидоренко^Олена", "KOI8-U"), "KOI8-U");
  EXPECT_EQ(guess_of("", "Müller", "UTF-8"), "ISO_IR 192");
  EXPECT_EQ(guess_of("ISO_IR 126", "Διονυσίου^Ελένη", "UTF-8"), "ISO_IR 192");
  EXPECT_EQ(guess_of("ISO_IR 192", "Сидоренко", "UTF-8 twice CP1251"), "ISO_IR 192 twice, by windows-1251");
  EXPECT_EQ(guess_of("ISO_IR 192", "Müller^Jürgen", "UTF-8 twice ISO-8859-1"),
            "ISO_IR 192 twice, by windows-1252");
  EXPECT_EQ(guess_of("ISO_IR 100", "Лiсова^Iрина", "CP1251"), "windows-1251");  // with the Latin letter i
}

TEST(charset_guess, leaves_what_it_has_no_set_for) {
  for (const test::Country& from : test::countries())
    if (from.name == "Greece")
      for (const std::string& text : data_sets(from, true)) {
        EXPECT_EQ(guess_of("ISO_IR 100", text, "ISO-8859-7"), "") << text;
        EXPECT_EQ(guess_of("ISO_IR 144", text, "ISO-8859-7"), "") << text;
      }
  EXPECT_EQ(guess_of("ISO_IR 100", "山田^太郎", "SHIFT_JIS"), "");
  for (const char* bytes : {"C4", "E0 20 FF", "80 81 FE FF", "FF FE FD FC FB FA"})
    EXPECT_EQ(guess("ISO_IR 100", hex(bytes)), "") << bytes;
}

TEST(charset_guess, leaves_sets_of_other_scripts) {
  const Lie samples[] = {{"قباني^لنزار", "ISO_IR 127", "ISO-8859-6"},
                         {"שרון^דבורה", "ISO_IR 138", "ISO-8859-8"},
                         {"นามสกุล^ชื่อ", "ISO_IR 166", "TIS-620"},
                         {"ﾔﾏﾀﾞ^ﾀﾛｳ", "ISO_IR 13", "SHIFT_JIS"}};
  for (const Lie& sample : samples) EXPECT_EQ(guess_of(sample.term, sample.country, sample.encoding), "");
}

TEST(charset_guess, never_questions_code_extensions_nor_the_sets_of_China) {
  for (const test::Country& from : test::countries())
    for (const std::string& text : data_sets(from, true))
      for (const char* term : {"GB18030", "GBK", "\\ISO 2022 IR 87", "\\ISO 2022 IR 149", "\\ISO 2022 IR 58",
                               "ISO 2022 IR 100\\ISO 2022 IR 144", "ISO 2022 IR 13\\ISO 2022 IR 87"}) {
        CharacterSet declared;
        declared.declare(term);
        EXPECT_FALSE(is_questionable(declared, encode(text, "UTF-8"))) << term;
        EXPECT_EQ(guess(term, encode(text, "UTF-8")), "") << term;
      }
}

TEST(charset_guess, says_both_sets_and_a_word_in_both) {
  const auto say = [](std::string_view term, std::string_view text, std::string_view encoding) {
    CharacterSet declared;
    declared.declare(term);
    const std::string raw = encode(text, encoding);
    const auto found = guess_charset(declared, raw);
    return found ? describe(*found, term, declared, raw) : "";
  };
  EXPECT_EQ(say("ISO_IR 100", "Сидоренко^Олена", "CP1251"),
            "ISO_IR 100 → windows-1251: Ñèäîðåíêî → Сидоренко");
  EXPECT_EQ(say("", "CT: (Неврологія)", "UTF-8"), "none → ISO_IR 192: Неврологія → Неврологія");
  EXPECT_EQ(say("ISO_IR 192", "Кривошапкович-Згурський^Я", "UTF-8 twice CP1251"),
            "ISO_IR 192 → ISO_IR 192 twice, by windows-1251: РљСЂРёРІРѕС€ → Кривошапкови");
}

}  // namespace
}  // namespace pgpacs::dicom
