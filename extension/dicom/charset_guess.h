// Character sets that lie: which one the texts of a data set are really in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extension/dicom/charset.h"

namespace pgpacs::dicom {

// A set that was taken instead of the declared one.
struct CharsetGuess {
  CharacterSet taken;
  std::string_view name;  // ISO_IR 192, windows-1251
};

// Whether a text may lead to another set than was declared: never where escape sequences may change the set,
// nor under GB18030 and GBK; under ISO_IR 192 where it is not UTF-8, or was encoded twice.
bool is_questionable(const CharacterSet& declared, std::string_view text);

// The set that `texts`, the raw values of one data set, are in where the evidence for another than the
// declared one is strong; else nothing. A set of a script of its own (Greek, Arabic, Hebrew, Thai, Japanese)
// gives way to UTF-8 only.
std::optional<CharsetGuess> guess_charset(const CharacterSet& declared, std::string_view texts);

// What a person is told: "ISO_IR 100 → windows-1251: Ñèäîðåíêî → Сидоренко". `term` is the value of
// (0008,0005); the word is the first of `texts` that the sets read differently, or its beginning.
std::string describe(const CharsetGuess& guess, std::string_view term, const CharacterSet& declared,
                     std::string_view texts);

}  // namespace pgpacs::dicom
