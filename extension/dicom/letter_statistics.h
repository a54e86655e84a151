// How much a text looks like words of Ukrainian, Russian, Polish or English, or of any language at all.
#pragma once

#include <cstddef>
#include <string_view>

namespace pgpacs::dicom {

// Of the words of a text that are not all ASCII: these alone are read otherwise in another character set.
struct Unlikeliness {
  int cost = 0;     // halves of a nat: the negative logarithm of how likely the words are
  int letters = 0;  // of alphabets
};

// `text` is UTF-8. Costs by letter pairs of the four languages, more for a small letter before a capital, two
// alphabets in one word, a sign inside a word, a control character. `only_polish`: letters of other languages
// in Latin script cost as signs do.
Unlikeliness unlikeliness(std::string_view text, bool only_polish);

}  // namespace pgpacs::dicom
