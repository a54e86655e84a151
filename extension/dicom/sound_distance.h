// How near words are to each other by their sounds (name_sound.h).
#pragma once

#include <string_view>

namespace pgpacs::dicom {

bool is_vowel(char sound);

// Whether consoles spell one for the other.
bool are_near(char a, char b);

// How far one word is from another by single steps: 1 for a sound near another or a glide more (Yelena,
// Elena), 3 for another, missing, additional sound or two that changed places, 5 for another first sound.
// Counts to `most` and says most + 1 beyond; looks at NameWord::most_sounds of each.
int sound_distance(std::string_view a, std::string_view b, int most);

// Whether the first is a beginning of the second, its last letter perhaps cut off a longer spelling (S of
// Sh).
bool begins(std::string_view beginning, std::string_view word);

}  // namespace pgpacs::dicom
