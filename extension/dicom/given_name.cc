#include "extension/dicom/given_name.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <vector>

#include "extension/dicom/name_sound.h"
#include "extension/dicom/sound_distance.h"

namespace pgpacs::dicom {
namespace {

struct GivenName {
  char sex;
  std::string_view forms;             // parted by blanks
  std::string_view patronymic_stems;  // as above
};

#include "extension/dicom/data/given_names.inc"

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using Index = std::unordered_map<std::string, GivenNameId, Hash, std::equal_to<>>;

// Г is h in official Latin and g by ear.
class Key {
 public:
  explicit Key(std::string_view sounds) : size_(std::min(sounds.size(), letters_.size())) {
    std::replace_copy(sounds.begin(), sounds.begin() + static_cast<std::ptrdiff_t>(size_), letters_.begin(),
                      'g', 'h');
  }
  operator std::string_view() const { return {letters_.data(), size_}; }

 private:
  std::array<char, NameWord::most_sounds> letters_;
  std::size_t size_;
};

// What joins a suffix to a name goes, and so does the end of a name that gives way to it.
std::string_view stem_of(std::string_view sounds) {
  while (sounds.size() > 1 && is_vowel(sounds.back())) sounds.remove_suffix(1);
  return sounds;
}

// The table by sounds: made once, when first asked for.
class Table {
 public:
  Table() {
    forms_.emplace_back();
    for (const GivenName& name : given_names) add(name);
  }
  GivenNameId find_name(std::string_view sounds) const { return find(names_, sounds); }
  GivenNameId find_father(std::string_view stem) const { return find(fathers_, stem); }
  std::span<const std::string> forms(GivenNameId id) const { return forms_[id]; }

 private:
  static GivenNameId find(const Index& index, std::string_view sounds) {
    const auto found = index.find(std::string_view(Key(sounds)));
    return found == index.end() ? GivenNameId{} : found->second;
  }

  void add(const GivenName& name) {
    const auto id = static_cast<GivenNameId>(forms_.size());
    std::vector<std::string>& forms = forms_.emplace_back();
    const NameWords words = name_words(name.forms);
    for (const NameWord& word : std::span(words.words).first(words.count)) {
      forms.emplace_back(word.sounds());
      names_.emplace(Key(word.sounds()), id);
      if (name.sex == 'm') fathers_.emplace(Key(stem_of(word.sounds())), id);
    }
    const NameWords stems = name_words(name.patronymic_stems);
    for (const NameWord& stem : std::span(stems.words).first(stems.count))
      fathers_.emplace(Key(stem.sounds()), id);
  }

  Index names_, fathers_;
  std::vector<std::vector<std::string>> forms_;
};

const Table& table() {
  static const Table made;
  return made;
}

struct Suffix {
  std::string_view sounds;
  bool is_woman;
  bool needs_father;  // also the end of other words
};
constexpr Suffix suffixes[] = {
    {"oviq", false, false}, {"eviq", false, false}, {"ovik", false, true}, {"evik", false, true},
    {"ivna", true, false},  {"ovna", true, false},  {"evna", true, false}, {"iniqna", true, false},
    {"iqna", true, true},   {"iq", false, true},
};

}  // namespace

GivenNameId find_given_name(std::string_view sounds) {
  return table().find_name(sounds);
}

std::span<const std::string> spellings(GivenNameId id) {
  return table().forms(id);
}

std::optional<Patronymic> find_patronymic(std::string_view sounds) {
  for (const Suffix& suffix : suffixes) {
    if (!sounds.ends_with(suffix.sounds) || sounds.size() < suffix.sounds.size() + 2) continue;
    const std::string_view stem = stem_of(sounds.substr(0, sounds.size() - suffix.sounds.size()));
    const GivenNameId father = table().find_father(stem);
    if (father != 0 || !suffix.needs_father) return Patronymic{stem, suffix.is_woman, father};
  }
  return std::nullopt;
}

}  // namespace pgpacs::dicom
