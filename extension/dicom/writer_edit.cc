// The Writer on edits: which one an element meets, and what is to be inserted.
#include <algorithm>
#include <utility>

#include "extension/dicom/fault.h"
#include "extension/dicom/json_value.h"
#include "extension/dicom/value_encoder.h"
#include "extension/dicom/writer.h"

namespace pgpacs::dicom {

Writer::Decision Writer::decide(const Element& element) {
  if (edits_.is_empty()) return {};
  Frame& data_set = frame();
  // An insertion takes the place of what is there; of a repeated attribute it is made once.
  for (std::size_t i = data_set.inserts; i < inserts_.size() && inserts_[i].tag <= element.tag; ++i) {
    if (inserts_[i].tag != element.tag) continue;
    edit_ = inserts_[i].number;
    if (i < data_set.next_insert) return {Action::remove, nullptr};
    data_set.next_insert = i + 1;
    return {Action::replace, &edits_.edit(edit_).value};
  }
  edit_ = find_edit(element.tag);
  if (edit_ == Edits::none) return {};
  const Edit& edit = edits_.edit(edit_);
  Decision decision{edit.action, &edit.value};
  if (edit.action == Action::map) {
    Change change = edit.map(place_, element, data_set.charset);
    mapped_ = std::move(change.value);
    decision = {change.action, &mapped_};
  }
  const bool is_empty_already = element.length == 0 && (decision.action == Action::empty);
  if (is_empty_already) decision.action = Action::keep;
  return decision;
}

Edits::Number Writer::find_edit(Tag tag) {
  Edits::Number first = Edits::none;
  for (std::size_t i = frame().nodes; i < nodes_.size(); ++i) {
    const Edits::Node& node = edits_.node(nodes_[i]);
    if (const auto found = node.by_tag.find(tag.value); found != node.by_tag.end())
      first = std::min(first, found->second);
    for (const Edits::Listed& listed : node.listed)
      if (listed.number < first && matches(listed.matcher, tag)) first = listed.number;
  }
  return first;
}

bool Writer::matches(const Edits::Matcher& matcher, Tag tag) const {
  if ((tag.value & matcher.mask) != matcher.tag) return false;
  if (matcher.creator == 0) return true;
  if (!tag.is_private()) return false;
  // Of a whole block the element that names the creator is a part.
  if (tag.is_private_creator())
    return matcher.is_whole_block &&
           is_in_block(Tag{tag.group(), static_cast<std::uint16_t>(tag.element() << 8)}, matcher.creator);
  return is_in_block(tag, matcher.creator);
}

bool Writer::is_in_block(Tag tag, Edits::Creator creator) const {
  const auto block = static_cast<std::uint8_t>(tag.element() >> 8);
  return std::any_of(blocks_.begin() + static_cast<std::ptrdiff_t>(frames_.back().blocks), blocks_.end(),
                     [&](const Block& b) { return b.block == block && b.creator == creator; });
}

// Remembers whose blocks the group has (PS3.5 7.8.1). What stands before its creator would be taken for
// nobody's, and an edit would pass it by: refused instead.
void Writer::see_private(const Element& element) {
  Frame& data_set = frame();
  const Tag tag = element.tag;
  if (tag < data_set.last_private)
    throw Fault{FaultCode::bad_structure, "private elements are out of order: whose they are cannot be told",
                tag};
  if (tag.group() != data_set.last_private.group()) blocks_.resize(data_set.blocks);
  data_set.last_private = tag;
  if (!tag.is_private_creator()) return;
  std::string name;
  data_set.charset.decode(as_text(element.value), name);
  const Edits::Creator creator = edits_.find_creator(trim_value(name, false));
  const auto block = static_cast<std::uint8_t>(tag.element());
  if (creator != 0 && !is_in_block(Tag{tag.group(), static_cast<std::uint16_t>(block << 8)}, creator))
    blocks_.push_back({block, creator});
}

// Those of the data set that begins, ascending; of two for one attribute the first listed.
void Writer::collect_inserts() {
  Frame& data_set = frame();
  data_set.inserts = data_set.next_insert = inserts_.size();
  for (std::size_t i = data_set.nodes; i < nodes_.size(); ++i)
    for (const auto& [tag, number] : edits_.node(nodes_[i]).inserts) inserts_.push_back({tag, number});
  const auto begin = inserts_.begin() + static_cast<std::ptrdiff_t>(data_set.inserts);
  std::sort(begin, inserts_.end(), [](const Insert& a, const Insert& b) {
    return std::pair(a.tag, a.number) < std::pair(b.tag, b.number);
  });
  inserts_.erase(
      std::unique(begin, inserts_.end(), [](const Insert& a, const Insert& b) { return a.tag == b.tag; }),
      inserts_.end());
}

void Writer::write_inserts(std::uint64_t before) {
  Frame& data_set = frame();
  while (data_set.next_insert < inserts_.size() && inserts_[data_set.next_insert].tag.value < before) {
    const auto [tag, number] = inserts_[data_set.next_insert++];
    edit_ = number;
    const Value& value = edits_.edit(number).value;
    if (tag == tags::specific_character_set) data_set.charset.declare(joined(value));
    see_group(tag);
    change();
    scratch_.clear();
    append_element(tag, choose_vr(value, VR::none, tag), value, data_set.charset, data_set.out, scratch_);
    put(scratch_);
  }
}

}  // namespace pgpacs::dicom
