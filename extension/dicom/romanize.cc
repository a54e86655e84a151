#include "extension/dicom/romanize.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

struct Letter {
  char32_t small;
  std::string_view elsewhere;
  std::string_view first;  // at the beginning of a word
};

// Resolution 55 of 27 January 2010; ё ъ ы э by ICAO 9303-3 (8th edition, table B).
constexpr Letter letters[] = {
    {U'а', "a", "a"},       {U'б', "b", "b"},   {U'в', "v", "v"},   {U'г', "h", "h"},   {U'д', "d", "d"},
    {U'е', "e", "e"},       {U'ж', "zh", "zh"}, {U'з', "z", "z"},   {U'и', "y", "y"},   {U'й', "i", "y"},
    {U'к', "k", "k"},       {U'л', "l", "l"},   {U'м', "m", "m"},   {U'н', "n", "n"},   {U'о', "o", "o"},
    {U'п', "p", "p"},       {U'р', "r", "r"},   {U'с', "s", "s"},   {U'т', "t", "t"},   {U'у', "u", "u"},
    {U'ф', "f", "f"},       {U'х', "kh", "kh"}, {U'ц', "ts", "ts"}, {U'ч', "ch", "ch"}, {U'ш', "sh", "sh"},
    {U'щ', "shch", "shch"}, {U'ъ', "ie", "ie"}, {U'ы', "y", "y"},   {U'ь', "", ""},     {U'э', "e", "e"},
    {U'ю', "iu", "yu"},     {U'я', "ia", "ya"}, {U'ё', "e", "e"},   {U'є', "ie", "ye"}, {U'і', "i", "i"},
    {U'ї', "i", "yi"},      {U'ґ', "g", "g"},
};

const Letter* find_letter(char32_t small) {
  const auto* const found = std::find_if(std::begin(letters), std::end(letters),
                                         [&](const Letter& letter) { return letter.small == small; });
  return found == std::end(letters) ? nullptr : found;
}

// Cyrillic capitals; others stay.
char32_t to_small(char32_t c) {
  if (c >= U'А' && c <= U'Я') return c + 32;
  if (c >= U'Ѐ' && c <= U'Џ') return c + 80;
  return c == U'Ґ' ? U'ґ' : c;
}

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'’' || c == U'ʼ' || c == U'`' || c == U'‘' || c == U'´';
}

// A letter and a combining mark that Unicode also has as one letter.
char32_t compose(char32_t small, char32_t mark) {
  if (mark == U'\u0306' && small == U'и') return U'й';
  if (mark == U'\u0308' && small == U'і') return U'ї';
  if (mark == U'\u0308' && small == U'е') return U'ё';
  return 0;
}

// Steps through UTF-8; bytes that are none count as themselves, one by one.
class Characters {
 public:
  explicit Characters(std::string_view text) : text_(text) { advance(); }
  bool at_end() const { return size_ == 0; }
  char32_t code() const { return code_; }
  std::string_view bytes() const { return text_.substr(at_, size_); }
  void next() {
    at_ += size_;
    advance();
  }

 private:
  void advance() {
    if (at_ == text_.size()) {
      size_ = 0;
      code_ = 0;
      return;
    }
    if (const auto byte = static_cast<unsigned char>(text_[at_]); byte < 0x80) {
      size_ = 1;
      code_ = byte;
      return;
    }
    size_ = utf8_sequence(text_, at_);
    if (size_ == 0) {
      size_ = 1;
      code_ = replacement_character;
      return;
    }
    code_ = utf8_character(bytes());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  char32_t code_ = 0;
};

bool is_cyrillic_capital(char32_t c) {
  return to_small(c) != c;
}

// Of several Latin letters for one capital: Я in Яготин is Ya, in ЯГОТИН it is YA.
void append_capital(std::string_view latin, bool is_all_capitals, std::string& out) {
  for (std::size_t i = 0; i < latin.size(); ++i)
    out += i == 0 || is_all_capitals ? static_cast<char>(latin[i] - 'a' + 'A') : latin[i];
}

bool is_word_letter(char32_t c) {
  const auto is_between = [c](char32_t low, char32_t high) { return c >= low && c <= high; };
  return is_between('a', 'z') || is_between('A', 'Z') || is_between(0xC0, 0x24F) ||
         is_between(0x400, 0x52F) || is_between(0x300, 0x36F);
}

}  // namespace

std::string romanize(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool is_in_word = false;
  bool was_capital = false;  // the letter before, in the same word
  char32_t previous = 0;     // the Cyrillic letter before, small
  for (Characters c(text); !c.at_end();) {
    const char32_t given = c.code();
    const bool is_capital = is_cyrillic_capital(given);
    char32_t small = to_small(given);
    const std::string_view bytes = c.bytes();
    c.next();
    if (const char32_t composed = c.at_end() ? 0 : compose(small, c.code())) {
      small = composed;
      c.next();
    }
    const Letter* const letter = find_letter(small);
    if (letter == nullptr) {
      // Within a word of ours it stands for a pause that Latin does not write.
      if (is_apostrophe(given) && previous != 0 && !c.at_end() && find_letter(to_small(c.code())) != nullptr)
        continue;
      out += bytes;
      is_in_word = is_word_letter(given);
      was_capital = false;
      previous = 0;
      continue;
    }
    // зг is zgh, to be told from ж, which is zh.
    const std::string_view latin = small == U'г' && previous == U'з' ? "gh"
                                   : is_in_word                      ? letter->elsewhere
                                                                     : letter->first;
    if (!is_capital)
      out += latin;
    else
      append_capital(latin, was_capital || (!c.at_end() && is_cyrillic_capital(c.code())), out);
    is_in_word = true;
    was_capital = is_capital;
    previous = small;
  }
  return out;
}

namespace {

// Latin letters with marks that names of the region have, without them (Latin-1 and Latin Extended-A, U+00C0
// …).
constexpr std::string_view plain_latin_1[] = {"a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e", "e",
                                              "e", "i", "i", "i", "i", "d", "n",  "o", "o",  "o", "o",
                                              "o", "",  "o", "u", "u", "u", "u",  "y", "th", "ss"};
constexpr std::string_view plain_extended_a =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(plain_extended_a.size() == 128);

void append_plain(char32_t c, std::string_view bytes, std::string& out) {
  if (c >= 'A' && c <= 'Z')
    out += static_cast<char>(c - 'A' + 'a');
  else if (c >= 0xC0 && c <= 0xFF)
    out += c == 0xFF ? "y" : plain_latin_1[(c - 0xC0) % 32];
  else if (c >= 0x100 && c < 0x180)
    out += plain_extended_a[c - 0x100];
  else if (c >= 0x300 && c <= 0x36F)
    return;  // combining marks
  else
    out += bytes;
}

}  // namespace

std::string name_letters(std::string_view name) {
  std::string plain;
  plain.reserve(name.size());
  for (Characters c(name); !c.at_end();) {
    const char32_t given = c.code();
    char32_t small = to_small(given);
    const std::string_view bytes = c.bytes();
    c.next();
    if (const char32_t composed = c.at_end() ? 0 : compose(small, c.code())) {
      small = composed;
      c.next();
    }
    if (is_apostrophe(given) || given == U'ʹ' || given == U'"') continue;
    if (small == U'ё') small = U'е';
    if (small >= 0x400 && small <= 0x4FF)
      append_utf8(small, plain);
    else
      append_plain(given, bytes, plain);
  }
  return plain;
}

namespace {

// Spellings and the sound that stands for them, the longest first at each letter. Sounds: x for sh and its
// kin, c for ch and ts, h for г and х, i for all that is spelt e, i, j and y, a for a and o.
struct Sound {
  std::string_view spelling;
  std::string_view sound;
};
constexpr Sound sounds[] = {
    {"shch", "x"}, {"shh", "x"}, {"sch", "x"}, {"sh", "x"}, {"sz", "x"},              // ш щ
    {"tch", "c"},  {"ch", "c"},  {"cz", "c"},  {"ts", "c"}, {"tz", "c"},              // ч ц
    {"ce", "ci"},  {"ci", "ci"}, {"cy", "ci"}, {"ck", "k"}, {"c", "k"},  {"q", "k"},  // c as it is read
    {"zgh", "z"},  {"zg", "z"},  {"zh", "z"},                                         // ж зг
    {"kh", "h"},   {"gh", "h"},  {"g", "h"},                                          // г х
    {"ph", "f"},   {"th", "t"},  {"w", "v"},   {"x", "ks"}, {"ou", "u"}, {"yu", "u"},
    {"iu", "u"},   {"ju", "u"},  // ю
    {"e", "i"},    {"y", "i"},   {"j", "i"},   {"o", "a"},
};

bool is_separator(char c) {
  return c == '^' || c == '=' || c == ' ' || c == '-' || c == '.' || c == ',' || c == '\t';
}

// The sounds of a text; a sound that repeats counts once.
class Key {
 public:
  void add(std::string_view sound) {
    for (const char c : sound) {
      const char last = key_.empty() ? '\0' : key_.back();
      if (c == last && c >= 'a' && c <= 'z') continue;
      if (c == 'u' && last == 'i') key_.pop_back();  // ю after a vowel of its kind
      if (c == 'h' && last == 'z') continue;
      key_ += c;
    }
  }
  void end_word() {
    if (!key_.empty() && key_.back() != ' ') key_ += ' ';
  }
  std::string take() {
    if (!key_.empty() && key_.back() == ' ') key_.pop_back();
    return std::move(key_);
  }

 private:
  std::string key_;
};

}  // namespace

std::string name_skeleton(std::string_view name) {
  const std::string plain = name_letters(romanize(name));
  Key key;
  for (std::size_t at = 0; at < plain.size();) {
    if (is_separator(plain[at])) {
      key.end_word();
      ++at;
      continue;
    }
    const std::string_view rest = std::string_view(plain).substr(at);
    const auto* const found = std::find_if(std::begin(sounds), std::end(sounds),
                                           [&](const Sound& s) { return rest.starts_with(s.spelling); });
    if (found == std::end(sounds)) {
      key.add(rest.substr(0, 1));
      ++at;
    } else {
      key.add(found->sound);
      at += found->spelling.size();
    }
  }
  return key.take();
}

}  // namespace pgpacs::dicom
