// Person names as C-FIND compares them (PS3.4 C.2.2.2): capitals and accents do not count, the order of
// components does not, and a name in Cyrillic is found by its romanization and the reverse.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::dicom {

// What an index is made of: the name in small Latin letters by dicom::romanize, without accents and
// apostrophes; single blanks between components; y as i and no i twice, since й, ї, ю, я, є are written by
// their place in a word, which a part of a word does not tell. Groups stay parted by '='. Wildcards stay.
std::string name_key(std::string_view name);

// A name to look for, taken apart once.
class NamePattern {
 public:
  // With * and ? (PS3.4 C.2.2.2.4). A pattern of one component group looks into every group of a name, one of
  // several compares group by group and leaves out those that are empty.
  explicit NamePattern(std::string_view pattern);

  // One value. Names of one alphabet match by their letters, names of two by their keys.
  bool matches(std::string_view name) const;

 private:
  struct Form {
    std::string whole;               // words with single blanks
    std::vector<std::string> words;  // in the order given
  };
  struct Group {
    Form letters, key;
    bool is_cyrillic = false;
    bool has_star = false;
  };

  static Form form(std::string_view text);
  static Group group(std::string_view text);
  static bool matches(const Group& pattern, const Group& name);
  static bool matches(const Form& pattern, const Form& name, bool has_star);

  std::vector<Group> groups_;
};

}  // namespace pgpacs::dicom
