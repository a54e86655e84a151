// What is to be changed in a data set, compiled for the writer (writer.h): at each element one lookup by tag,
// whatever the number of edits; masks, private creators and paths lie in short lists. It knows no policy.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extension/dicom/charset.h"
#include "extension/dicom/path.h"
#include "extension/dicom/reader.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/vr.h"

namespace pgpacs::dicom {

enum class Action : std::uint8_t {
  keep,
  remove,
  empty,    // leaves the attribute with a value of no bytes
  replace,  // where the attribute is there
  insert,   // whether or not it is there
  map,      // as a function says
};

struct Attribute;

// A new value, in no encoding: texts in UTF-8, numbers as their digits, AT as eight hexadecimal digits,
// binary values as one text in base64 (PS3.18 F.2.7), or items. Neither: a value of no bytes.
struct Value {
  VR vr = VR::none;  // none: the one that the attribute came with, else the dictionary's
  std::vector<std::string> texts{};
  std::vector<std::vector<Attribute>> items{};
};

struct Attribute {
  Tag tag;
  Value value;
};

struct Change {
  Action action = Action::keep;  // any but insert and map
  Value value{};
};

// Where an element lies: the sequences around it, outermost first, and which of their items.
struct PlaceStep {
  Tag sequence;
  std::uint32_t item;
};

// Called with each element that the edit names, sequences included; `charset` is that of its data set.
using Map = std::function<Change(std::span<const PlaceStep> place, const Element& element,
                                 const CharacterSet& charset)>;

struct Edit {
  Action action = Action::keep;
  Value value{};  // of replace and insert
  Map map{};
};

// Attributes of one data set: those whose tag is `tag` where `mask` has bits, and whose block belongs to
// `creator` where one is named (PS3.5 7.8.1). A creator alone, without bits, is all of its block and itself.
struct Pattern {
  Tag tag{};
  std::uint32_t mask = 0xFFFFFFFF;
  std::string creator{};
};

// What a step of parse_pattern names.
Pattern pattern_of(const PathStep& step);

class Edits {
 public:
  // The number of an edit: of two that name one element the lower one decides; but what is to be inserted is.
  using Number = std::uint32_t;
  static constexpr Number none = 0xFFFFFFFF;

  Edits();

  // Attributes by a path from the outermost data set (parse_pattern). Throws bad_argument for an insertion
  // that does not name one attribute.
  Number add(const Path& path, Edit edit);
  // In the outermost data set, or in every data set.
  Number add(const Pattern& pattern, bool is_everywhere, Edit edit);

  const Edit& edit(Number number) const { return edits_[number]; }
  bool is_empty() const { return edits_.empty(); }

  // What follows is for the writer. A node has the edits of one kind of data set: the outermost one, every
  // one, or those at the end of a path.
  using NodeIndex = std::uint32_t;
  static constexpr NodeIndex root = 0, everywhere = 1;
  using Creator = std::uint16_t;  // 0: none
  struct Matcher {
    std::uint32_t tag, mask;
    Creator creator;
    bool is_whole_block;
  };
  struct Listed {
    Matcher matcher;
    Number number;
  };
  struct Branch {
    Matcher sequence;
    std::uint32_t item;  // or any_item
    NodeIndex node;
  };
  struct Node {
    std::unordered_map<std::uint32_t, Number> by_tag;
    std::vector<Listed> listed;
    std::vector<Branch> branches;
    std::vector<std::pair<Tag, Number>> inserts;
  };

  const Node& node(NodeIndex index) const { return nodes_[index]; }
  bool has_creators() const { return !creators_.empty(); }
  Creator find_creator(std::string_view name) const;

 private:
  Matcher compile(const Pattern& pattern);
  NodeIndex child(NodeIndex parent, const Matcher& sequence, std::uint32_t item);
  Number add(NodeIndex node, const Matcher& matcher, Edit edit);

  std::vector<Edit> edits_;
  std::vector<Node> nodes_;
  std::vector<std::string> creators_;  // 1 is the first
};

}  // namespace pgpacs::dicom
