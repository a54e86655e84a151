#pragma once

#include <string_view>

#include "tests/generate/spelling.h"

namespace pgpacs::generate {

/// A device of the invented hospital, and the habits of those who sit at it.
struct Console {
  std::string_view manufacturer;
  std::string_view model;
  std::string_view station;  ///< also its AE title
  std::string_view serial;
  std::string_view software;
  Words department;
  Spelling spelling;
  bool has_undefined_lengths;  ///< writes sequences and items with delimiters instead of lengths
};

constexpr Words institution{"Зарічненська міська лікарня № 3", "ZARICHNE CITY HOSPITAL 3"};
constexpr Words institution_address{"вул. Вишнева, 12, м. Зарічне, Україна",
                                    "12 VYSHNEVA ST, ZARICHNE, UKRAINE"};
constexpr std::string_view issuer_of_patient_id = "ZARICHNE-CH3";
constexpr std::string_view coding_scheme = "99ZMH3";

/// The console that serves a kind of series ("ct", "mr", …) in that hospital.
const Console& console_of(std::string_view kind);

}  // namespace pgpacs::generate
