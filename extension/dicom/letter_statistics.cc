#include "extension/dicom/letter_statistics.h"

#include <algorithm>
#include <cstdint>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

#include "extension/dicom/data/letter_pairs.inc"

enum class Script : std::uint8_t { separator, latin, cyrillic, other, sign, control };

struct Character {
  Script script = Script::separator;
  std::uint8_t place = 0;  // in the alphabet of the tables, from 1; 0 for a letter of another language
  bool is_capital = false;
  bool is_ascii = true;
};

// Half nats, where there are no tables.
constexpr int foreign_letter = 10;         // ü after an ASCII letter
constexpr int foreign_after_foreign = 16;  // rare in every language that is written with Latin letters
constexpr int after_foreign = 6;
constexpr int other_script = 12;
constexpr int sign = 10;
constexpr int control = 32;
constexpr int capital_after_small = 8;
constexpr int out_of_place = 16;  // two alphabets in a word, a sign between letters

constexpr bool is_between(char32_t c, char32_t low, char32_t high) {
  return c >= low && c <= high;
}

// Letters of the tables behind a to z and а to я.
constexpr std::u32string_view polish = U"ąćęłńóśźż", polish_capitals = U"ĄĆĘŁŃÓŚŹŻ";
constexpr std::u32string_view beyond_ya = U"ёґєії", beyond_ya_capitals = U"ЁҐЄІЇ";

std::uint8_t place_in(std::u32string_view letters, char32_t c, std::size_t before) {
  const std::size_t at = letters.find(c);
  return at == std::u32string_view::npos ? std::uint8_t{0} : static_cast<std::uint8_t>(before + at + 1);
}

Character latin(char32_t c) {
  if (is_between(c, U'a', U'z')) return {Script::latin, static_cast<std::uint8_t>(c - U'a' + 1), false, true};
  if (is_between(c, U'A', U'Z')) return {Script::latin, static_cast<std::uint8_t>(c - U'A' + 1), true, true};
  const std::uint8_t capital = place_in(polish_capitals, c, 26);
  if (capital != 0) return {Script::latin, capital, true, false};
  return {Script::latin, place_in(polish, c, 26), is_between(c, U'À', U'Þ'), false};
}

Character cyrillic(char32_t c) {
  if (is_between(c, U'а', U'я'))
    return {Script::cyrillic, static_cast<std::uint8_t>(c - U'а' + 1), false, false};
  if (is_between(c, U'А', U'Я'))
    return {Script::cyrillic, static_cast<std::uint8_t>(c - U'А' + 1), true, false};
  const std::uint8_t capital = place_in(beyond_ya_capitals, c, 32);
  if (capital != 0) return {Script::cyrillic, capital, true, false};
  return {Script::cyrillic, place_in(beyond_ya, c, 32), is_between(c, U'Ѐ', U'Џ'), false};
}

Character classify(char32_t c) {
  if (is_between(c | 0x20, U'a', U'z') && c < 0x80) return latin(c);
  if (c < 0x80) return {};
  // Frames and blocks, which old sets have and no name does, count as control characters.
  if (c < 0xA0 || c == replacement_character || is_between(c, 0x2500, 0x25FF))
    return {Script::control, 0, false, false};
  if (is_between(c, 0xC0, 0x24F) && c != U'×' && c != U'÷') return latin(c);
  if (is_between(c, 0x400, 0x52F)) return cyrillic(c);
  // Greek to Thai and Georgian, kana to Hangul: words of other scripts.
  if (is_between(c, 0x370, 0x10FF) || is_between(c, 0x3040, 0xD7FF) || c >= 0x20000)
    return {Script::other, 0, false, false};
  return {Script::sign, 0, false, false};
}

bool is_letter(Script script) {
  return script == Script::latin || script == Script::cyrillic || script == Script::other;
}

class Counter {
 public:
  explicit Counter(bool only_polish) : only_polish_(only_polish) {}

  void put(Character c) {
    if (c.script == Script::separator) return end_word();
    // Consoles write the Latin letter for the Ukrainian one: Лiсова, Iван.
    if (is_latin_i(c) && previous_.script == Script::cyrillic) c = cyrillic(U'і');
    if (is_latin_i(previous_) && letters_ == 1 && c.script == Script::cyrillic) previous_ = cyrillic(U'І');
    cost_ += own_cost(c) + cost_of_place(c);
    letters_ += is_letter(c.script) ? 1 : 0;
    has_other_than_ascii_ = has_other_than_ascii_ || !c.is_ascii;
    before_sign_ = c.script == Script::sign ? previous_.script : Script::separator;
    previous_ = c;
  }

  void end_word() {
    if (has_other_than_ascii_) {
      total_.cost += cost_ + own_cost({});
      total_.letters += letters_;
    }
    cost_ = letters_ = 0;
    has_other_than_ascii_ = false;
    previous_ = {};
    before_sign_ = Script::separator;
  }

  Unlikeliness total() const { return total_; }

 private:
  static bool is_latin_i(const Character& c) { return c.script == Script::latin && c.place == 'i' - 'a' + 1; }

  // By the tables where both have a place in one of them.
  int own_cost(const Character& c) const {
    const Script script = c.script == Script::separator ? previous_.script : c.script;
    switch (c.script == Script::sign ? Script::sign : script) {
      case Script::latin: return pair_cost(latin_pairs, c, Script::latin);
      case Script::cyrillic: return pair_cost(cyrillic_pairs, c, Script::cyrillic);
      case Script::other: return c.script == Script::other ? other_script : 0;
      case Script::sign: return c.script == Script::sign ? sign : 0;
      case Script::control: return c.script == Script::control ? control : 0;
      case Script::separator: break;
    }
    return 0;
  }

  template <std::size_t size>
  int pair_cost(const std::string_view (&pairs)[size], const Character& c, Script script) const {
    const bool follows = previous_.script == script;
    const bool is_foreign = c.script == script && c.place == 0;
    const bool follows_foreign = follows && previous_.place == 0;
    if (is_foreign && only_polish_) return out_of_place;
    if (is_foreign) return follows && !previous_.is_ascii ? foreign_after_foreign : foreign_letter;
    if (follows_foreign) return c.is_ascii ? after_foreign : foreign_after_foreign;
    return pairs[follows ? previous_.place : 0][c.place] - 'a';
  }

  int cost_of_place(const Character& c) const {
    if (!is_letter(c.script)) return 0;
    if (is_letter(previous_.script) && previous_.script != c.script) return out_of_place;
    if (previous_.script == Script::sign && is_letter(before_sign_)) return out_of_place;
    return c.is_capital && is_letter(previous_.script) && !previous_.is_capital ? capital_after_small : 0;
  }

  bool only_polish_;
  Unlikeliness total_;
  int cost_ = 0;  // of this word
  int letters_ = 0;
  bool has_other_than_ascii_ = false;
  Character previous_;
  Script before_sign_ = Script::separator;
};

}  // namespace

Unlikeliness unlikeliness(std::string_view text, bool only_polish) {
  Counter counter(only_polish);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text, at);
    counter.put(size == 0 ? Character{Script::control, 0, false, false}
                          : classify(utf8_character(text.substr(at, size))));
    at += std::max<std::size_t>(size, 1);
  }
  counter.end_word();
  return counter.total();
}

}  // namespace pgpacs::dicom
