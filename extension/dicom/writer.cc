#include "extension/dicom/writer.h"

#include <algorithm>
#include <utility>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/value_encoder.h"

namespace pgpacs::dicom {
namespace {

constexpr int events_at_once = 256;

}  // namespace

Writer::Writer(Source source, TransferSyntax syntax, const Edits& edits, WriteAs write_as,
               std::size_t longest, const Limits& limits, Defects& defects)
    : source_(source), edits_(edits), reader_(source, syntax, limits, defects), longest_(longest) {
  out_.bytes.reserve(source.bytes.size() + source.bytes.size() / 16);
  open_root(syntax, write_as);
}

void Writer::open_root(TransferSyntax syntax, WriteAs write_as) {
  Frame root;
  root.in = root.out = syntax;
  if (write_as != WriteAs::it_came)
    root.out.is_explicit = write_as == WriteAs::explicit_little_endian, root.out.is_big_endian = false;
  root.is_changed = root.is_converted();
  out_.syntax = root.out;
  nodes_ = {Edits::root, Edits::everywhere};
  frames_.push_back(root);
  collect_inserts();
}

bool Writer::write_some() {
  for (int i = 0; i < events_at_once; ++i) {
    const Event event = reader_.next();
    edit_ = Edits::none;
    if (event != Event::end && reader_.was_in_meta())
      pass_meta(event);
    else
      handle(event);
    from_ = reader_.offset();
    if (event == Event::end) return false;
  }
  return true;
}

WrittenDataSet Writer::take() {
  out_.is_changed = frames_.front().is_changed;
  if (out_.is_changed) drop_meta();
  return std::move(out_);
}

void Writer::pass_meta(Event event) {
  const Element& element = reader_.element();
  if (event == Event::fragment || (event == Event::element && element.length == undefined_length))
    throw Fault{FaultCode::bad_structure, "file meta information has no fragments", element.tag};
  copy(from_, reader_.offset());
  if (event == Event::element && element.left_out != 0) put_gap(element, 1);
  meta_size_ = out_.bytes.size();
}

void Writer::drop_meta() {
  out_.bytes.erase(out_.bytes.begin(), out_.bytes.begin() + static_cast<std::ptrdiff_t>(meta_size_));
  const auto after =
      std::find_if(out_.gaps.begin(), out_.gaps.end(), [this](const Gap& g) { return g.at > meta_size_; });
  out_.splices.erase(out_.splices.begin(), out_.splices.begin() + (after - out_.gaps.begin()));
  out_.gaps.erase(out_.gaps.begin(), after);
  for (Gap& gap : out_.gaps) gap.at -= meta_size_;
}

void Writer::handle(Event event) {
  if (is_in_fragments_ && event != Event::fragment) end_fragments();
  if (dropped_sequences_ > 0) {
    if (event == Event::sequence) ++dropped_sequences_;
    if (event == Event::sequence_end) --dropped_sequences_;
    if (event == Event::element && reader_.element().length == undefined_length)
      is_in_fragments_ = is_dropping_fragments_ = true;
    return;
  }
  switch (event) {
    case Event::element: return write_element(reader_.element());
    case Event::sequence: return begin_sequence(reader_.element());
    case Event::item: return begin_item();
    case Event::item_end: return end_item();
    case Event::sequence_end: return end_sequence();
    case Event::fragment: return write_fragment(reader_.element());
    case Event::end: return end_data_set();
  }
}

// Output --------------------------------------------------------------------------------------------------

void Writer::put(Bytes bytes) {
  if (bytes.empty()) return;
  settle();
  if (bytes.size() > longest_ - std::min(longest_, out_.bytes.size()))
    throw Fault{FaultCode::too_large, "the data set comes out larger than the limit"};
  out_.bytes.insert(out_.bytes.end(), bytes.begin(), bytes.end());
}

// Delimiters that were left out at the end of the input are missing nowhere but before what is added there.
void Writer::settle() {
  if (owed_.empty()) return;
  const std::string owed = std::exchange(owed_, {});
  put(owed);
}

void Writer::put_header(const Element& element, VR vr, std::uint32_t length) {
  scratch_.clear();
  append_header(element.tag, vr, length, frame().out, scratch_);
  put(scratch_);
}

void Writer::put_delimiter(Tag tag, const Frame& frame) {
  scratch_.clear();
  append_header(tag, VR::none, 0, {.is_explicit = false, .is_big_endian = frame.out.is_big_endian}, scratch_);
  put(scratch_);
}

void Writer::put_gap(const Element& element, std::size_t word) {
  out_.gaps.push_back({out_.bytes.size(), element.left_out});
  out_.splices.push_back({element.at, static_cast<std::uint8_t>(word)});
  left_out_ += element.left_out;
}

void Writer::patch(std::size_t at, std::uint64_t value, bool is_big_endian) {
  if (value >= undefined_length) throw Fault{FaultCode::too_large, "a sequence or group becomes too long"};
  auto length = static_cast<std::uint32_t>(value);
  if (is_big_endian) length = swap_bytes(length);
  std::memcpy(out_.bytes.data() + at, &length, sizeof length);
}

void Writer::change() {
  frame().is_changed = frame().is_group_changed = true;
}

// Elements ------------------------------------------------------------------------------------------------

// What comes before an element: insertions, and stray delimiters as they stood.
void Writer::begin_element(const Element& element) {
  write_inserts(element.tag.value);
  if (!frame().is_converted()) copy(from_, reader_.tag_at());
  see_group(element.tag);
  if (edits_.has_creators() && element.tag.is_private()) see_private(element);
}

void Writer::write_element(const Element& element) {
  begin_element(element);
  const Decision decision = decide(element);
  const bool is_charset = element.tag == tags::specific_character_set;
  if (is_charset && decision.action == Action::keep) frame().charset.declare(as_text(element.value));
  if (decision.action != Action::keep) {
    is_in_fragments_ = is_dropping_fragments_ = element.length == undefined_length;
    return change_element(element, decision);
  }
  if (element.length == undefined_length) return open_fragments(element);
  if (frame().is_converted()) return convert_element(element);
  keep_element(element);
}

void Writer::keep_element(const Element& element) {
  copy(reader_.tag_at(), reader_.offset());
  if (element.left_out != 0) put_gap(element, 1);
  if (!element.tag.is_group_length() || element.value.size() != 4) return;
  Frame& data_set = frame();
  data_set.has_group_length = true;
  data_set.group_length_at = out_.bytes.size() - 4;
  data_set.group_begins_at = position();
}

void Writer::convert_element(const Element& element) {
  if (element.tag.is_group_length()) return;
  const VR vr = frame().in.is_explicit ? element.declared_vr : element.vr;
  if (is_known(vr) || !frame().in.is_explicit || !frame().out.is_explicit) {
    put_header(element, vr, element.length);
  } else {
    // A VR that is none of ours stays, in the form that it came in: two reserved bytes before a long length.
    const std::size_t size = reader_.offset() - element.value.size() - reader_.tag_at();
    put_header(element, size == 12 ? VR::UN : VR::CS, element.length);
    out_.bytes[out_.bytes.size() - size + 4] = source_.bytes[reader_.tag_at() + 4];
    out_.bytes[out_.bytes.size() - size + 5] = source_.bytes[reader_.tag_at() + 5];
  }
  // UN is little endian in any syntax (PS3.5 6.2.2).
  const std::size_t word = frame().in.is_big_endian ? word_width(vr) : 1;
  if (element.left_out != 0) return put_gap(element, word);
  if (word == 1) return put(element.value);
  turned_.assign(element.value.begin(), element.value.end());
  turn_words(turned_, word);
  put(turned_);
}

void Writer::change_element(const Element& element, const Decision& decision) {
  change();
  if (element.tag == tags::specific_character_set)
    frame().charset.declare(decision.action == Action::replace ? joined(*decision.value) : std::string{});
  if (decision.action == Action::remove) return;
  static const Value no_value;
  const Value& value = decision.action == Action::empty ? no_value : *decision.value;
  scratch_.clear();
  append_element(element.tag, choose_vr(value, element.vr, element.tag), value, frame().charset, frame().out,
                 scratch_);
  put(scratch_);
}

// Fragments -----------------------------------------------------------------------------------------------

void Writer::open_fragments(const Element& element) {
  is_in_fragments_ = true;
  is_dropping_fragments_ = false;
  if (!frame().is_converted()) {
    copy(reader_.tag_at(), reader_.offset());
  } else {
    if (element.left_out != 0 && frame().in.is_big_endian)
      throw Fault{FaultCode::bad_structure, "compressed pixels are little endian", element.tag};
    if (!frame().out.is_explicit)
      throw Fault{FaultCode::bad_structure, "compressed pixels are in explicit VR", element.tag};
    put_header(element, frame().in.is_explicit ? element.vr : VR::OB, undefined_length);
  }
  if (element.left_out != 0) put_gap(element, 1);
}

void Writer::write_fragment(const Element& element) {
  if (is_dropping_fragments_) return;
  if (!frame().is_converted()) return copy(from_, reader_.offset());
  scratch_.clear();
  append_header(tags::item, VR::none, element.length, {.is_explicit = false}, scratch_);
  put(scratch_);
  put(element.value);
}

void Writer::end_fragments() {
  if (!is_dropping_fragments_) {
    if (frame().is_converted())
      put_delimiter(tags::sequence_delimitation, frame());
    else
      copy(from_, from_ + delimiter_size);
  }
  from_ += delimiter_size;
  is_in_fragments_ = is_dropping_fragments_ = false;
}

// Groups --------------------------------------------------------------------------------------------------

void Writer::see_group(Tag tag) {
  if (frame().group == tag.group()) return;
  close_group();
  frame().group = tag.group();
}

// A group length is made anew where its group has changed (PS3.5 7.2).
void Writer::close_group() {
  Frame& data_set = frame();
  if (data_set.has_group_length && data_set.is_group_changed)
    patch(data_set.group_length_at, position() - data_set.group_begins_at, data_set.out.is_big_endian);
  data_set.has_group_length = data_set.is_group_changed = false;
}

}  // namespace pgpacs::dicom
