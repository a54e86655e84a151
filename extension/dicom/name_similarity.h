// How likely two spellings are of one person's name: evidence that ties a study, whose name was typed on a
// console, to a patient card.
#pragma once

#include <cstdint>
#include <string_view>

namespace pgpacs::dicom {

// What two spellings of one component say, from the weakest to the strongest.
enum class Agreement : std::uint8_t {
  missing,     // one of the names does not have it, or both: says nothing
  differs,     // both have it
  initial,     // a letter with which the other begins
  other_sex,   // of a surname: -ський and -ська, -ов and -ова
  truncated,   // the beginning of the other, or a part of a double one
  typing,      // a typing error, in long words two
  equivalent,  // another language's form of one given name: Микола, Николай
  sound,       // spelt by ear
  exact,       // the same letters, or the same in the other alphabet
};
std::string_view name(Agreement agreement);

struct NameAgreement {
  Agreement surname = Agreement::missing;
  Agreement given = Agreement::missing;
  Agreement patronymic = Agreement::missing;
  // From 0 to 1: the product of a figure for each component, or 0 where nothing agrees.
  float similarity = 0;
};

// Names in either alphabet, components in any order, all in one component or not. The component groups of
// PS3.5 6.2.1 are spellings of one name: the best pair of them counts. Symmetric; of names without letters,
// or of more than most_compared bytes, nothing is said.
NameAgreement compare_names(std::string_view a, std::string_view b);

inline constexpr std::size_t most_compared = 4096;

}  // namespace pgpacs::dicom
