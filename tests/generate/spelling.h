#pragma once

#include <string>
#include <string_view>

namespace pgpacs::generate {

/// The same words as a Ukrainian console and a Latin one show them; both in UTF-8.
struct Words {
  std::string_view ukrainian;
  std::string_view latin;
};

/// A person's name in its components (PS3.5 6.2.1).
struct Name {
  Words family;
  Words given;
  Words patronymic;
};

/// How a console, and who sits at it, writes names.
enum class Spelling {
  unicode,          ///< ISO_IR 192: all letters
  cyrillic,         ///< ISO_IR 144, ISO 8859-5: no ґ and no typographic apostrophe
  latin,            ///< ISO_IR 100: upper case by ear, no patronymic
  latin_plain,      ///< the same with no Specific Character Set
  latin_cut,        ///< no Specific Character Set, and the console keeps sixteen characters
  latin_in_family,  ///< no Specific Character Set, and everything typed into the first field
};

/// The defined term of Specific Character Set (0008,0005); empty where the console sends none.
std::string character_set(Spelling spelling);

/// PN value, in UTF-8 (the writer encodes it).
std::string spell(const Name& name, Spelling spelling);
std::string spell(const Words& words, Spelling spelling);

bool is_latin(Spelling spelling);

}  // namespace pgpacs::generate
