// How a number that was typed on a console (a Patient ID, an Accession Number) and the number of a patient
// card with its year are alike: evidence that ties a study to a card.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::dicom {

// What was typed says of a card, from the weakest to the strongest.
enum class NumberAgreement : std::uint8_t {
  missing,  // nothing was typed, or the card's number has neither letter nor digit
  differs,
  typing,            // one typing error, and no year
  exact,             // the number, and no year
  typing_with_year,  // one typing error in the number; its year
  part_with_year,    // the number and its year, and something before or after them
  exact_with_year,
};
std::string_view name(NumberAgreement agreement);

// A typing error is a digit or letter too many, too few, another, or two that changed places, in a number of
// three at least. Separators, leading zeros, capitals, and letters that look like digits or like letters of
// the other alphabet do not count. The year has four digits or two. Of what is longer than most_compared
// bytes nothing is said.
NumberAgreement compare_number(std::string_view typed, std::string_view number, int year);

// The number as an index keeps it: without what does not count. Empty where it has neither letter nor digit.
std::string number_key(std::string_view number);

// The keys of all numbers that what was typed may mean, with a year or without, each once.
std::vector<std::string> number_keys(std::string_view typed);

inline constexpr std::size_t most_compared_of_number = 256;

}  // namespace pgpacs::dicom
