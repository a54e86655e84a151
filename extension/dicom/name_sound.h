// The words of a person name as sounds, in which spellings of one name in either alphabet and by ear meet or
// nearly meet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgpacs::dicom {

// One word. A sound is one letter: those of English, and q for ч, w for ш, x for х, j for ж, c for ц, y for
// кс; i for all of и, і, ї, й, y and j, once where several follow each other; no sound twice in a row.
// Letters of other alphabets are their bytes.
class NameWord {
 public:
  static constexpr std::size_t most_sounds = 64;  // what follows is not looked at

  void add(char sound);
  std::string_view sounds() const { return {sounds_.data(), size_}; }
  std::size_t size() const { return size_; }

  // One letter, or several that Latin writes for one: T., Ш., Sh., Ю., Yu.
  bool is_initial = false;
  // The last word of a name of 16 characters, where consoles cut, or of 64, where DICOM does (PS3.5 6.2.1).
  bool may_be_cut = false;

 private:
  std::array<char, most_sounds> sounds_;
  std::size_t size_ = 0;
};

struct NameWords {
  static constexpr std::size_t most = 16;  // what follows is not looked at
  std::array<NameWord, most> words;
  std::size_t count = 0;
};

// Words end at ^ = - . , blanks and other signs; digits are left out. A letter of one alphabet that looks
// like one of the other is taken for it where most of the word is of the other.
NameWords name_words(std::string_view name);

}  // namespace pgpacs::dicom
