// Names in another alphabet: the official romanization of Ukrainian, and a key under which spellings of one
// name by ear meet.
#pragma once

#include <string>
#include <string_view>

namespace pgpacs::dicom {

// Ukrainian Cyrillic in UTF-8 as resolution 55 of the Cabinet of Ministers (2010) writes it in Latin:
// Згурський → Zghurskyi. Letters that only Russian has as ICAO 9303-3 does. Everything else stays as it is.
std::string romanize(std::string_view text);

// Small letters without accents and apostrophes, Latin and Cyrillic (ё as е; й, ї and ґ are letters of their
// own); everything else stays.
std::string name_letters(std::string_view name);

// A reduced Latin key of a person name: names that differ only in alphabet, capitals, accents, doubled
// letters, a soft sign, or in how consoles spell Ukrainian and Russian sounds by ear, have the same key. ^
// and = and blanks become single blanks. Different names may share a key: it finds candidates.
std::string name_skeleton(std::string_view name);

}  // namespace pgpacs::dicom
