#include "extension/dicom/reader.h"

#include <limits>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/element_header.h"
#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// The VR that an ambiguous dictionary entry means here (PS3.5 A.1, C.7.6.3.1.1 of PS3.3).
VR resolve(ImplicitVR implicit, std::uint16_t pixel_representation) {
  switch (implicit.choice) {
    case VRChoice::us_or_ss:
    case VRChoice::us_or_ss_or_ow: return pixel_representation == 1 ? VR::SS : VR::US;
    case VRChoice::us_or_ow:
    case VRChoice::ob_or_ow: return VR::OW;
    case VRChoice::fixed: break;
  }
  return implicit.vr;
}

}  // namespace

ImplicitVR read_as(Tag tag, DeclaredVR declared, std::uint32_t length, const PrivateBlocks& blocks,
                   std::size_t since) {
  if (declared.is_there && declared.vr != VR::UN)
    return {is_known(declared.vr) ? declared.vr : VR::UN, VRChoice::fixed};
  // Pixel Data without a length is encapsulated (PS3.5 A.4).
  if (length == undefined_length && tag == tags::pixel_data) return {VR::OB, VRChoice::fixed};
  // Without a length it is a sequence (PS3.5 6.2.2 and 7.5), whatever a private dictionary says.
  if (length == undefined_length && (declared.is_there || tag.is_private())) return {VR::UN, VRChoice::fixed};
  return tag.is_private() ? blocks.implicit_vr(tag, since) : implicit_vr(tag);
}

Reader::Reader(Source source, TransferSyntax syntax, const Limits& limits, Defects& defects, bool allow_cut)
    : source_(source),
      limits_(limits),
      defects_(defects),
      allow_cut_(allow_cut),
      syntax_(syntax),
      is_in_meta_(starts_with_meta(source.bytes)) {
  frames_.reserve(8);
  frames_.push_back({Kind::data_set, syntax.is_explicit, syntax.is_big_endian, 0, Tag{}, Tag{}, no_end});
  if (!is_in_meta_) return;
  frames_.front().is_explicit = is_vr_at(source.bytes, 4);
  frames_.front().is_big_endian = false;
}

bool Reader::is_in_meta() const {
  return is_in_meta_ && (frames_.size() > 1 || starts_with_meta(source_.bytes.subspan(position_)));
}

void Reader::leave_meta() {
  is_in_meta_ = false;
  frames_.front().is_explicit = syntax_.is_explicit;
  frames_.front().is_big_endian = syntax_.is_big_endian;
}

std::uint16_t Reader::u16(std::size_t offset) const {
  return load<std::uint16_t>(source_.bytes.data() + position_ + offset, frames_.back().is_big_endian);
}

std::uint32_t Reader::u32(std::size_t offset) const {
  return load<std::uint32_t>(source_.bytes.data() + position_ + offset, frames_.back().is_big_endian);
}

void Reader::need(std::size_t bytes) const {
  if (remaining() < bytes) throw Fault{FaultCode::truncated, "the data ends inside an element", element_.tag};
}

std::uint64_t Reader::gap_here() const {
  if (gap_ == source_.gaps.size() || source_.gaps[gap_].at != position_) return 0;
  return source_.gaps[gap_].length;
}

void Reader::count_element() {
  if (++elements_ > limits_.elements)
    throw Fault{FaultCode::too_large, "the data set has more elements than the limit", element_.tag};
  if (frames_.size() == 1 && ++root_elements_ > limits_.root_elements)
    throw Fault{FaultCode::too_large, "the data set has more elements outside sequences than the limit",
                element_.tag};
}

bool Reader::at_end_of_frame() const {
  const Frame& frame = frames_.back();
  return frame.end != no_end && position() >= frame.end;
}

Event Reader::close(Event event) {
  const Frame closed = frames_.back();
  frames_.pop_back();
  if (closed.kind == Kind::data_set) blocks_.forget(closed.first_block);
  if (closed.end != no_end && position() > closed.end) defects_.note(DefectCode::overlong_item, closed.tag);
  element_.tag = closed.tag;
  return event;
}

Event Reader::next() {
  switch (frames_.back().kind) {
    case Kind::data_set: return next_in_data_set();
    case Kind::sequence: return next_in_sequence();
    case Kind::fragments: break;
  }
  return next_fragment();
}

void Reader::read_tag() {
  need(8);
  tag_at_ = position_;
  element_.tag = Tag{u16(0), u16(2)};
  count_element();
}

void Reader::check_order(Frame& frame) {
  if (element_.tag <= frame.previous && frame.previous != Tag{})
    defects_.note(element_.tag == frame.previous ? DefectCode::repeated : DefectCode::unordered,
                  element_.tag);
  frame.previous = element_.tag;
}

Event Reader::next_in_data_set() {
  const bool is_root = frames_.size() == 1;
  for (;;) {
    if (is_root && remaining() == 0) return Event::end;
    if (!is_root && at_end_of_frame()) return close(Event::item_end);
    if (!is_root && remaining() == 0 && frames_.back().end == no_end) {
      defects_.note(DefectCode::missing_delimiter, frames_.back().tag);
      return close(Event::item_end);
    }
    if (is_root && is_in_meta_ && !is_in_meta()) leave_meta();
    read_tag();
    if (element_.tag.group() != 0xFFFE) break;
    if (element_.tag == tags::item_delimitation && !is_root && frames_.back().end == no_end) {
      position_ += 8;
      return close(Event::item_end);
    }
    // A sequence delimiter inside an item of undefined length ends both; left in place for the sequence.
    if (element_.tag == tags::sequence_delimitation && !is_root && frames_.back().end == no_end) {
      defects_.note(DefectCode::missing_delimiter, frames_.back().tag);
      return close(Event::item_end);
    }
    if (element_.tag == tags::item || u32(4) != 0)
      throw Fault{FaultCode::bad_structure, "an item stands outside a sequence", frames_.back().previous};
    defects_.note(DefectCode::stray_delimiter, frames_.back().previous);
    position_ += 8;
  }
  if (is_root && element_.tag.group() == 0)
    throw Fault{FaultCode::not_dicom, "elements of a command stand in the data set"};
  check_order(frames_.back());
  if (frames_.back().is_explicit)
    read_explicit_header();
  else
    read_implicit_header();
  return take_value();
}

void Reader::read_explicit_header() {
  const char first = static_cast<char>(source_.bytes[position_ + 4]);
  const char second = static_cast<char>(source_.bytes[position_ + 5]);
  element_.declared_vr = static_cast<VR>(vr_code(first, second));
  const VRTraits vr = traits(element_.declared_vr);
  const bool is_unknown = vr.kind == VRKind::unknown;
  if (is_unknown) defects_.note(DefectCode::unknown_vr, element_.tag);
  // PS3.5 6.2.2: VRs of the future have the long form. What is no pair of capitals is a writer's mistake with
  // the short form, as DCMTK and pydicom read it.
  const bool is_long = is_unknown ? is_upper(first) && is_upper(second) : vr.has_long_length;
  if (is_long) need(12);
  element_.length = is_long ? u32(8) : u16(6);
  position_ += is_long ? 12 : 8;
}

void Reader::read_implicit_header() {
  element_.declared_vr = VR::none;
  element_.length = u32(4);
  position_ += 8;
}

Event Reader::take_value() {
  Frame& frame = frames_.back();
  const DeclaredVR declared{frame.is_explicit, element_.declared_vr};
  element_.vr = resolve(read_as(element_.tag, declared, element_.length, blocks_, frame.first_block),
                        frame.pixel_representation);
  element_.at = position();
  element_.value = {};
  element_.left_out = 0;
  const bool is_unknown = declared.is_unknown();
  element_.is_big_endian = frame.is_big_endian && !is_unknown;
  if (element_.vr == VR::SQ && !frame.is_followed && is_doubtful_sequence(element_.tag, declared)) {
    const bool may_look = element_.length <= limits_.unknown_sequence && gap_here() == 0;
    if (!may_look || !can_follow(element_.length))
      element_.vr = VR::UN;
    else
      return open_sequence(is_unknown, true);
  }
  if (element_.vr == VR::SQ) return open_sequence(is_unknown, frame.is_followed);
  if (element_.length == undefined_length) {
    if (element_.tag == tags::pixel_data || traits(element_.vr).kind != VRKind::binary)
      return open_fragments();
    if (element_.vr == VR::UN) {
      element_.vr = VR::SQ;
      return open_sequence(true, frame.is_followed);
    }
    // Other binary VRs of undefined length are fragments.
    return open_fragments();
  }
  if ((element_.length & 1) != 0) defects_.note(DefectCode::odd_length, element_.tag);
  if (const std::uint64_t gap = gap_here(); gap != 0) {
    if (gap != element_.length)
      throw Fault{FaultCode::bad_argument, "a gap is not a whole value", element_.tag};
    element_.left_out = gap;
    skipped_ += gap;
    ++gap_;
    return Event::element;
  }
  if (element_.length > remaining()) {
    const bool is_last_pixel_data = element_.tag.group() == 0x7FE0 && frames_.size() == 1;
    if (!allow_cut_ || !is_last_pixel_data)
      throw Fault{FaultCode::truncated, "the value runs past the end of the data", element_.tag};
    element_.left_out = element_.length;
    skipped_ += element_.length - remaining();
    position_ = source_.bytes.size();
    return Event::element;
  }
  element_.value = source_.bytes.subspan(position_, element_.length);
  position_ += element_.length;
  if (element_.tag == tags::pixel_representation && element_.length >= 2)
    frame.pixel_representation = load<std::uint16_t>(element_.value.data(), element_.is_big_endian);
  if (element_.tag.is_private_creator()) blocks_.note(element_.tag, element_.value, frame.first_block);
  return Event::element;
}

bool Reader::can_follow(std::uint32_t length) const {
  Limits rest = limits_;
  rest.depth -= depth();
  rest.elements = std::numeric_limits<std::uint32_t>::max();  // counted when they are read
  Defects ignored(0);
  Reader ahead({source_.bytes, source_.gaps}, {.is_explicit = false}, rest, ignored);
  ahead.is_in_meta_ = false;
  ahead.position_ = position_;
  ahead.skipped_ = skipped_;
  ahead.gap_ = gap_;
  ahead.element_.tag = element_.tag;
  ahead.element_.length = length;
  const std::uint64_t end = position() + length;
  try {
    ahead.open_sequence(true, true);
    while (ahead.frames_.size() > 1 && ahead.position() <= end) {
      // What lacks its delimiter has no end inside the value.
      if (ahead.position() == end && ahead.frames_.back().end == no_end) return false;
      ahead.next();
    }
  } catch (const Fault& fault) {
    if (fault.code == FaultCode::too_deep && ahead.position() <= end) throw;
    return false;
  }
  return ahead.frames_.size() == 1 && ahead.position() == end;
}

// What is unknown (UN) holds implicit VR little endian in any transfer syntax (PS3.5 6.2.2).
Event Reader::open_sequence(bool is_unknown, bool is_followed) {
  if (depth() >= limits_.depth)
    throw Fault{FaultCode::too_deep, "sequences are nested too deeply", element_.tag};
  const Frame& parent = frames_.back();
  const std::uint64_t end = element_.length == undefined_length ? no_end : position() + element_.length;
  frames_.push_back({Kind::sequence, parent.is_explicit && !is_unknown, parent.is_big_endian && !is_unknown,
                     parent.pixel_representation, element_.tag, Tag{}, end, 0, is_followed});
  return Event::sequence;
}

Event Reader::open_fragments() {
  const Frame& parent = frames_.back();
  frames_.push_back(
      {Kind::fragments, parent.is_explicit, parent.is_big_endian, 0, element_.tag, Tag{}, no_end});
  if (const std::uint64_t gap = gap_here(); gap != 0) {
    element_.left_out = gap;
    skipped_ += gap;
    ++gap_;
  } else if (remaining() == 0 && allow_cut_) {
    frames_.pop_back();
  }
  return Event::element;
}

Event Reader::next_in_sequence() {
  const Tag sequence = frames_.back().tag;
  for (;;) {
    const bool has_end = frames_.back().end != no_end;
    if (at_end_of_frame()) return close(Event::sequence_end);
    if (remaining() == 0 && !has_end) {
      defects_.note(DefectCode::missing_delimiter, sequence);
      return close(Event::sequence_end);
    }
    read_tag();
    if (element_.tag == tags::item) break;
    if (element_.tag != tags::sequence_delimitation && element_.tag != tags::item_delimitation)
      throw Fault{FaultCode::bad_structure, "a sequence holds something that is no item", sequence};
    position_ += 8;
    if (element_.tag == tags::sequence_delimitation && !has_end) return close(Event::sequence_end);
    defects_.note(DefectCode::stray_delimiter, sequence);
  }
  const std::uint32_t length = u32(4);
  position_ += 8;
  const Frame& parent = frames_.back();
  const std::uint64_t end = length == undefined_length ? no_end : position() + length;
  frames_.push_back({Kind::data_set, parent.is_explicit, parent.is_big_endian, parent.pixel_representation,
                     sequence, Tag{}, end, blocks_.mark(), parent.is_followed});
  return Event::item;
}

Event Reader::next_fragment() {
  const Tag owner = frames_.back().tag;
  if (allow_cut_ && remaining() < 8) {  // the source may end inside an item's header, too
    position_ = source_.bytes.size();
    frames_.pop_back();
    return next();
  }
  read_tag();
  const std::uint32_t length = u32(4);
  if (element_.tag == tags::sequence_delimitation) {
    position_ += 8;
    frames_.pop_back();
    return next();
  }
  if (element_.tag != tags::item) throw Fault{FaultCode::bad_structure, "a fragment is no item", owner};
  position_ += 8;
  element_.vr = VR::OB;
  element_.declared_vr = VR::none;
  element_.length = length;
  element_.at = position();
  element_.left_out = 0;
  if (length > remaining()) {
    if (!allow_cut_) throw Fault{FaultCode::truncated, "a fragment runs past the end of the data", owner};
    element_.value = {};
    element_.left_out = length;
    skipped_ += length - remaining();
    position_ = source_.bytes.size();
    return Event::fragment;
  }
  element_.value = source_.bytes.subspan(position_, length);
  position_ += length;
  return Event::fragment;
}

}  // namespace pgpacs::dicom
