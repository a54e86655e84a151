#include "extension/dicom/name_sound.h"

#include <algorithm>
#include <span>
#include <string>

#include "extension/dicom/romanize.h"
#include "extension/dicom/sound_distance.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

// As Ukrainian and Russian sound, а to я and ѐ to џ (U+0430 …); name_letters has made ё е.
constexpr std::string_view cyrillic_sounds[] = {
    "a", "b", "v", "h", "d",  "e", "j", "z", "i", "i",  "k", "l", "m", "n", "o",  "p",
    "r", "s", "t", "u", "f",  "x", "c", "q", "w", "wq", "",  "i", "",  "e", "iu", "ia",
    "e", "e", "d", "h", "ie", "z", "i", "i", "i", "l",  "n", "q", "k", "i", "v",  "d"};
static_assert(std::size(cyrillic_sounds) == 48);

// What is read otherwise than letter by letter, by first letter, the longest first.
struct Spelling {
  std::string_view letters, sounds;
};
constexpr Spelling latin_spellings[] = {
    {"ch", "q"},       {"cz", "q"},  {"ck", "k"},   {"ce", "ce"}, {"ci", "ci"}, {"cy", "ci"},  {"c", "k"},
    {"gh", "h"},       {"j", "i"},   {"kh", "x"},   {"ou", "u"},  {"ph", "f"},  {"q", "k"},    {"shch", "wq"},
    {"schtsch", "wq"}, {"sch", "w"}, {"shh", "wq"}, {"sh", "w"},  {"sz", "w"},  {"tsch", "q"}, {"tch", "q"},
    {"tz", "c"},       {"th", "t"},  {"w", "v"},    {"x", "y"},   {"y", "i"},   {"zgh", "zh"}, {"zh", "j"}};

// Where the spellings that begin with a letter begin, and the end.
constexpr auto first_spellings = [] {
  std::array<std::uint8_t, 27> first{};
  std::size_t at = 0;
  for (std::size_t letter = 0; letter < 27; ++letter) {
    while (at < std::size(latin_spellings) &&
           static_cast<std::size_t>(latin_spellings[at].letters[0] - 'a') < letter)
      ++at;
    first[letter] = static_cast<std::uint8_t>(at);
  }
  return first;
}();

// Letters that look alike, small or as capitals.
struct Pair {
  char latin;
  char16_t cyrillic;
};
constexpr Pair homoglyphs[] = {{'a', u'а'}, {'b', u'в'}, {'c', u'с'}, {'e', u'е'}, {'h', u'н'},
                               {'i', u'і'}, {'k', u'к'}, {'m', u'м'}, {'o', u'о'}, {'p', u'р'},
                               {'t', u'т'}, {'x', u'х'}, {'y', u'у'}};

bool is_latin(char32_t c) {
  return c >= 'a' && c <= 'z';
}
bool is_cyrillic(char32_t c) {
  return c >= 0x400 && c < 0x530;
}

// What a letter looks like in the other alphabet, 0 where like nothing.
char32_t twin(char32_t c) {
  constexpr auto of_latin = [] {
    std::array<char16_t, 26> table{};
    for (const Pair& pair : homoglyphs) table[static_cast<std::size_t>(pair.latin - 'a')] = pair.cyrillic;
    return table;
  }();
  constexpr auto of_cyrillic = [] {
    std::array<char, 48> table{};
    for (const Pair& pair : homoglyphs) table[static_cast<std::size_t>(pair.cyrillic - u'а')] = pair.latin;
    return table;
  }();
  if (is_latin(c)) return of_latin[c - 'a'];
  return c >= U'а' && c < U'а' + of_cyrillic.size() ? static_cast<char32_t>(of_cyrillic[c - U'а']) : 0;
}

bool is_separator(char32_t c) {
  return c < 0x80 && !is_latin(c) && (c < '0' || c > '9');
}

// Which alphabets have letters of a text that the other has nothing like.
struct Own {
  bool has_latin = false, has_cyrillic = false;

  void add(char32_t c) {
    if ((!is_latin(c) && !is_cyrillic(c)) || twin(c) != 0) return;
    (is_latin(c) ? has_latin : has_cyrillic) = true;
  }
  bool is_decided() const { return has_latin != has_cyrillic; }
};

// The letters of a word before they are sounds.
struct Letters {
  std::array<char32_t, NameWord::most_sounds> letters{};
  std::size_t count = 0;
  std::size_t latin = 0, cyrillic = 0;

  void add(char32_t c) {
    if (count == letters.size()) return;
    letters[count++] = c;
    latin += is_latin(c);
    cyrillic += is_cyrillic(c);
  }

  void clear() { count = latin = cyrillic = 0; }

  Own own_letters() const {
    Own own;
    for (const char32_t c : std::span(letters).first(count)) own.add(c);
    return own;
  }

  // A letter that the other alphabet has nothing like says of which the word is, else those of the whole name
  // do, else most letters. Latin letters alone may stand for a word in Cyrillic (HIHA for НІНА), not the
  // reverse: nobody types Latin on a Cyrillic keyboard.
  void fold_homoglyphs(const Own& name) {
    const Own word = own_letters();
    const Own& own = word.is_decided() || !name.is_decided() ? word : name;
    if (latin == 0 || (cyrillic == 0 && !own.is_decided())) return;
    const bool to_cyrillic = own.is_decided() ? own.has_cyrillic : cyrillic > latin;
    for (char32_t& c : std::span(letters).first(count))
      if (is_latin(c) == to_cyrillic && twin(c) != 0) c = twin(c);
  }
};

void add_all(std::string_view sounds, NameWord& word) {
  for (const char sound : sounds) word.add(sound);
}

// How many of the letters were read.
std::size_t add_latin(const Letters& text, std::size_t at, NameWord& word) {
  const auto letter = static_cast<std::size_t>(text.letters[at] - 'a');
  for (std::size_t i = first_spellings[letter]; i < first_spellings[letter + 1]; ++i) {
    const Spelling& spelling = latin_spellings[i];
    const std::size_t size = spelling.letters.size();
    if (size > text.count - at ||
        !std::equal(spelling.letters.begin(), spelling.letters.end(), text.letters.begin() + at,
                    [](char a, char32_t b) { return static_cast<char32_t>(a) == b; }))
      continue;
    add_all(spelling.sounds, word);
    return size;
  }
  word.add(static_cast<char>(text.letters[at]));
  return 1;
}

void add_other(char32_t c, NameWord& word) {
  if (c == U'ґ') {
    word.add('g');
  } else if (c >= U'а' && c < U'а' + std::size(cyrillic_sounds)) {
    add_all(cyrillic_sounds[c - U'а'], word);
  } else {
    std::string bytes;
    append_utf8(c, bytes);
    add_all(bytes, word);
  }
}

// Ю and Я are one letter of two sounds, and so they are in Latin: Yu, Ia.
bool is_glide_and_vowel(const NameWord& word) {
  return word.size() == 2 && word.sounds()[0] == 'i' && is_vowel(word.sounds()[1]);
}

void read(Letters& letters, const Own& own, NameWord& word) {
  letters.fold_homoglyphs(own);
  for (std::size_t at = 0; at < letters.count;) {
    if (is_latin(letters.letters[at])) {
      at += add_latin(letters, at, word);
    } else {
      add_other(letters.letters[at++], word);
    }
  }
  word.is_initial =
      letters.count == 1 || (letters.latin != 0 && (word.size() == 1 || is_glide_and_vowel(word)));
}

std::size_t count_characters(std::string_view name) {
  const std::size_t last = name.find_last_not_of("^= ");
  const std::string_view text = name.substr(0, last == std::string_view::npos ? 0 : last + 1);
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void NameWord::add(char sound) {
  if (size_ > 0 && sounds_[size_ - 1] == sound) return;
  // Latin has ts for both ц and тс.
  if (sound == 's' && size_ > 0 && sounds_[size_ - 1] == 't') {
    --size_;
    return add('c');
  }
  // And x for both кс and х.
  if (sound == 's' && size_ > 0 && sounds_[size_ - 1] == 'k') {
    --size_;
    return add('y');
  }
  if (size_ < most_sounds) sounds_[size_++] = sound;
}

namespace {

// Most names are ASCII, or Cyrillic, which has two bytes a letter.
char32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return ++at, byte;
  const std::size_t size = utf8_sequence(text, at);
  const char32_t c = size == 0 ? replacement_character : utf8_character(text.substr(at, size));
  at += std::max<std::size_t>(size, 1);
  return c;
}

Own own_letters(std::string_view text) {
  Own own;
  for (std::size_t at = 0; at < text.size();) own.add(take_character(text, at));
  return own;
}

}  // namespace

NameWords name_words(std::string_view name) {
  NameWords words;
  const std::string text = name_letters(name);
  const Own own = is_ascii(text) ? Own{} : own_letters(text);
  Letters letters;
  const auto end_word = [&] {
    if (letters.count == 0) return;
    NameWord& word = words.words[words.count];
    read(letters, own, word);
    if (word.size() > 0) ++words.count;
    letters.clear();
  };
  for (std::size_t at = 0; at < text.size() && words.count < NameWords::most;) {
    const char32_t c = take_character(text, at);
    if (c == '4' && letters.count > 0) {  // SEMENOVI4
      letters.add('c');
      letters.add('h');
    } else if (is_separator(c)) {
      end_word();
    } else if (c >= 0x80 || is_latin(c)) {
      letters.add(c);
    }
  }
  if (words.count < NameWords::most) end_word();
  const std::size_t characters = count_characters(name);
  if (words.count > 0) words.words[words.count - 1].may_be_cut = characters == 16 || characters == 64;
  return words;
}

}  // namespace pgpacs::dicom
