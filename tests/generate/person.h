#pragma once

#include <cstddef>
#include <string>

#include "tests/generate/spelling.h"

namespace pgpacs::generate {

/// An invented patient. Any likeness to a living person is chance.
struct Person {
  Name name;
  std::string id;          ///< of the patient's card
  std::string birth_date;  ///< DA
  std::string sex;         ///< F, M or O
  double height_m;
  double weight_kg;
};

/// Person number `number`, from 1. The first six are the people of the demonstration; the others are put
/// together from lists of names, as many as a test asks for. The same number is the same person whatever the
/// seed.
Person person(std::size_t number);

/// Invented members of the hospital's staff.
Name referring_physician(std::size_t number);
Name performing_physician(std::size_t number);
Name console_operator(std::size_t number);

}  // namespace pgpacs::generate
