// The Writer on sequences and items: their nesting, their lengths and their ends.
#include <algorithm>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/value_encoder.h"
#include "extension/dicom/writer.h"

namespace pgpacs::dicom {
namespace {

constexpr std::uint64_t behind_all_tags = std::uint64_t{1} << 32;

}  // namespace

void Writer::begin_sequence(const Element& element) {
  begin_element(element);
  const Decision decision = decide(element);
  if (decision.action == Action::keep) return open_sequence(element);
  ++dropped_sequences_;
  change_element(element, decision);
}

// Whether a sequence is one that stands as UN, in implicit VR inside.
bool Writer::opens_unknown(const Element& element) const {
  return frames_.back().in.is_explicit ? element.declared_vr != VR::SQ
                                       : implicit_vr(element.tag).vr == VR::UN;
}

void Writer::open_sequence(const Element& element) {
  const Frame& around = frame();
  const bool is_unknown = opens_unknown(element);
  if (around.is_converted())
    put_header(element, is_unknown ? VR::UN : VR::SQ, element.length);
  else
    copy(reader_.tag_at(), reader_.offset());
  Frame sequence;
  sequence.in = around.in;
  sequence.out = around.out;
  if (is_unknown) sequence.in = sequence.out = {.is_explicit = false};
  sequence.is_changed = sequence.is_converted();
  sequence.has_length = element.length != undefined_length;
  sequence.is_length_big = around.out.is_big_endian;
  sequence.length_at = out_.bytes.size() - 4;
  sequence.begins_at = position();
  sequence.nodes = nodes_.size();
  sequence.branches = branches_.size();
  sequence.inserts = inserts_.size();
  sequence.blocks = blocks_.size();
  sequence.charset = around.charset;
  for (std::size_t i = around.nodes; i < sequence.nodes; ++i)
    for (const Edits::Branch& branch : edits_.node(nodes_[i]).branches)
      if (matches(branch.sequence, element.tag)) branches_.push_back(branch);
  frames_.push_back(sequence);
  place_.push_back({element.tag, 0});
}

void Writer::begin_item() {
  const Frame& around = frame();
  if (around.is_converted()) {
    // The length is the input's, in its byte order.
    const auto length =
        load<std::uint32_t>(source_.bytes.data() + reader_.offset() - 4, around.in.is_big_endian);
    scratch_.clear();
    append_header(tags::item, VR::none, length, {.is_explicit = false}, scratch_);
    put(scratch_);
  } else {
    copy(from_, reader_.offset());
  }
  Frame item = around;
  item.has_length = load<std::uint32_t>(out_.bytes.data() + out_.bytes.size() - 4, false) != undefined_length;
  item.is_length_big = around.out.is_big_endian;
  item.is_changed = item.is_converted();
  item.length_at = out_.bytes.size() - 4;
  item.begins_at = position();
  item.nodes = nodes_.size();
  item.branches = branches_.size();
  nodes_.push_back(Edits::everywhere);
  for (std::size_t i = around.branches; i < item.branches; ++i)
    if (branches_[i].item == any_item || branches_[i].item == place_.back().item)
      nodes_.push_back(branches_[i].node);
  frames_.push_back(item);
  collect_inserts();
}

void Writer::end_item() {
  write_inserts(behind_all_tags);
  close_group();
  const Frame item = frame();
  nodes_.resize(item.nodes);
  inserts_.resize(item.inserts);
  blocks_.resize(item.blocks);
  close(item);
  ++place_.back().item;
}

void Writer::end_sequence() {
  const Frame sequence = frame();
  branches_.resize(sequence.branches);
  place_.pop_back();
  close(sequence);
}

// The end of a sequence or item, its delimiter and what is stray before that included.
void Writer::close(Frame closed) {
  const Tag delimiter =
      place_.size() * 2 + 1 == frames_.size() ? tags::item_delimitation : tags::sequence_delimitation;
  const std::size_t size = reader_.offset() - from_;
  if (closed.is_converted()) {
    if (!closed.has_length) put_delimiter(delimiter, closed);
  } else {
    copy(from_, reader_.offset());
    const std::byte* last = source_.bytes.data() + reader_.offset() - std::min(size, delimiter_size);
    const bool is_there = size >= delimiter_size &&
                          load<std::uint16_t>(last + 2, closed.in.is_big_endian) == delimiter.element();
    if (!closed.has_length && !is_there && reader_.offset() == source_.bytes.size())
      append_header(delimiter, VR::none, 0, {.is_explicit = false, .is_big_endian = closed.out.is_big_endian},
                    owed_);
  }
  if (closed.is_changed) settle();
  if (closed.is_changed && closed.has_length)
    patch(closed.length_at, position() - closed.begins_at, closed.is_length_big);
  frames_.pop_back();
  if (closed.is_changed) change();
}

void Writer::end_data_set() {
  write_inserts(behind_all_tags);
  close_group();
  if (!frame().is_converted()) copy(from_, reader_.offset());
}

}  // namespace pgpacs::dicom
