#include "extension/dicom/edits.h"

#include <algorithm>
#include <limits>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

constexpr std::uint32_t whole_tag = 0xFFFFFFFF;
constexpr std::uint32_t without_block = 0xFFFF00FF;  // (gggg,xxee)

bool operator==(const Edits::Matcher& a, const Edits::Matcher& b) {
  return a.tag == b.tag && a.mask == b.mask && a.creator == b.creator;
}

}  // namespace

Pattern pattern_of(const PathStep& step) {
  Pattern pattern;
  std::uint32_t tag = 0;
  std::uint32_t mask = 0;
  for (const char digit : step.key()) {
    const auto value = static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'A' + 10);
    tag = tag << 4 | (digit == 'X' ? 0 : value);
    mask = mask << 4 | (digit == 'X' ? 0u : 15u);
  }
  pattern.tag = Tag{tag};
  pattern.mask = step.creator_size == 0 ? mask : without_block;
  pattern.creator = step.private_creator();
  return pattern;
}

Edits::Edits() : nodes_(2) {}

Edits::Creator Edits::find_creator(std::string_view name) const {
  const auto found = std::find(creators_.begin(), creators_.end(), name);
  return found == creators_.end() ? Creator{0} : static_cast<Creator>(found - creators_.begin() + 1);
}

Edits::Matcher Edits::compile(const Pattern& pattern) {
  Matcher matcher{pattern.tag.value & pattern.mask, pattern.mask, 0, false};
  if (pattern.creator.empty()) return matcher;
  matcher.creator = find_creator(pattern.creator);
  matcher.is_whole_block = pattern.mask == 0;
  if (matcher.creator != 0) return matcher;
  if (creators_.size() == std::numeric_limits<Creator>::max())
    throw Fault{FaultCode::bad_argument, "the edits name too many Private Creators"};
  creators_.push_back(pattern.creator);
  matcher.creator = static_cast<Creator>(creators_.size());
  return matcher;
}

Edits::NodeIndex Edits::child(NodeIndex parent, const Matcher& sequence, std::uint32_t item) {
  for (const Branch& branch : nodes_[parent].branches)
    if (branch.sequence == sequence && branch.item == item) return branch.node;
  const auto index = static_cast<NodeIndex>(nodes_.size());
  nodes_.emplace_back();
  nodes_[parent].branches.push_back({sequence, item, index});
  return index;
}

Edits::Number Edits::add(NodeIndex node, const Matcher& matcher, Edit edit) {
  const auto number = static_cast<Number>(edits_.size());
  const bool is_one_tag = matcher.mask == whole_tag && matcher.creator == 0;
  if (edit.action == Action::insert) {
    if (!is_one_tag || node == everywhere)
      throw Fault{FaultCode::bad_argument, "an insertion names one attribute by keyword, tag or path"};
    const Tag tag{matcher.tag};
    if (tag.group() < 0x0008 || tag.group() >= 0xFFFE || tag.is_group_length())
      throw Fault{FaultCode::bad_argument, "this element is no part of a data set", tag};
    nodes_[node].inserts.emplace_back(tag, number);
  } else if (is_one_tag) {
    nodes_[node].by_tag.emplace(matcher.tag, number);
  } else {
    nodes_[node].listed.push_back({matcher, number});
  }
  edits_.push_back(std::move(edit));
  return number;
}

Edits::Number Edits::add(const Path& path, Edit edit) {
  NodeIndex node = root;
  for (std::size_t i = 0; i + 1 < path.size; ++i)
    node = child(node, compile(pattern_of(path.steps[i])), path.steps[i].item);
  return add(node, compile(pattern_of(path.steps[path.size - 1])), std::move(edit));
}

Edits::Number Edits::add(const Pattern& pattern, bool is_everywhere, Edit edit) {
  return add(is_everywhere ? everywhere : root, compile(pattern), std::move(edit));
}

}  // namespace pgpacs::dicom
