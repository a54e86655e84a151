// Given names that are one in several languages, and patronymics. All by their sounds (name_sound.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pgpacs::dicom {

// The number of a name in the table, 0 for one that is not in it. The more usual a name, the smaller.
using GivenNameId = std::uint16_t;

GivenNameId find_given_name(std::string_view sounds);

// The sounds of all spellings of a name in the table.
std::span<const std::string> spellings(GivenNameId id);

struct Patronymic {
  std::string_view stem;  // without the suffix and what joins it: Миколайович → микол
  bool is_woman = false;
  GivenNameId father = 0;
};

// A word with a suffix of a patronymic (-ович, -евич, -івна, -овна, …; -ич after a father's name that is
// known).
std::optional<Patronymic> find_patronymic(std::string_view sounds);

}  // namespace pgpacs::dicom
