#include "extension/dicom/header_scanner.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/element_header.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/inflater.h"
#include "extension/dicom/json_value.h"
#include "extension/dicom/part10.h"

namespace pgpacs::dicom {
namespace {

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

constexpr bool is_remembered(Tag tag) {
  return tag == tags::sop_class_uid || tag == tags::sop_instance_uid || tag == tags::patient_id ||
         tag == tags::study_instance_uid || tag == tags::series_instance_uid;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

HeaderScanner::HeaderScanner(TransferSyntax syntax, const Limits& limits)
    : syntax_(syntax), limits_(limits), fragments_(limits.frames) {
  if (syntax.is_deflated) inflater_ = std::make_unique<Inflater>(limits);
  syntax_.is_deflated = false;
  header_.reserve(16 << 10);
  frames_.push_back({Kind::data_set, syntax.is_explicit, syntax.is_big_endian, no_end});
}

HeaderScanner::~HeaderScanner() = default;
HeaderScanner::HeaderScanner(HeaderScanner&&) noexcept = default;

void HeaderScanner::feed(Bytes bytes) {
  if (inflater_)
    inflater_->feed(bytes, [this](Bytes inflated) { scan(inflated); });
  else
    scan(bytes);
}

// Moves as many bytes as the next decision needs into header_, or past it.
void HeaderScanner::scan(Bytes bytes) {
  while (!bytes.empty()) {
    std::size_t taken = 0;
    if (to_drop_ > 0) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(to_drop_, bytes.size()));
      to_drop_ -= taken;
      if (is_in_pixel_data_) fragments_.add(bytes.first(taken));
    } else if (to_look_ > 0) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(to_look_, bytes.size()));
      ahead_.insert(ahead_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      to_look_ -= taken;
      if (to_look_ == 0) look();
    } else if (to_keep_ > 0) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(to_keep_, bytes.size()));
      keep(bytes.first(taken));
      to_keep_ -= taken;
      at_ += taken;
    } else {
      const std::size_t wanted = available() < 8 ? 8 : 12;
      taken = std::min(wanted - available(), bytes.size());
      keep(bytes.first(taken));
      while (available() >= 8 && step()) {
      }
    }
    bytes = bytes.subspan(taken);
  }
}

void HeaderScanner::keep(Bytes bytes) {
  if (header_.size() + bytes.size() > limits_.header_bytes)
    throw Fault{FaultCode::too_large, "the header is larger than the limit"};
  header_.insert(header_.end(), bytes.begin(), bytes.end());
}

// One element header, item or delimiter, or the end of what it ends. False where four more bytes are needed
// to tell.
bool HeaderScanner::step() {
  if (creator_.length > 0) note_creator();
  while (frames_.back().end != no_end && position() >= frames_.back().end) leave_frame();
  if (!is_checked_ && frames_.size() == 1) check();
  if (frames_.back().kind == Kind::data_set) return step_data_set();
  return step_items();
}

// In which syntax the data set really is, as soon as misplaced file meta information is over.
void HeaderScanner::check() {
  const Bytes here = Bytes(header_).subspan(at_);
  if (starts_with_meta(here)) {
    if (position() != 0) return;
    frames_.front().is_explicit = is_vr_at(here, 4);
    frames_.front().is_big_endian = false;
    return;
  }
  Defects ignored;
  syntax_ = check_syntax(here, syntax_, ignored);
  frames_.front().is_explicit = syntax_.is_explicit;
  frames_.front().is_big_endian = syntax_.is_big_endian;
  is_checked_ = true;
}

void HeaderScanner::leave_frame() {
  if (frames_.back().kind == Kind::data_set) blocks_.forget(frames_.back().first_block);
  frames_.pop_back();
}

void HeaderScanner::note_creator() {
  blocks_.note(creator_.tag, Bytes(header_).subspan(creator_.at, creator_.length),
               frames_.back().first_block);
  creator_ = {};
}

bool HeaderScanner::step_data_set() {
  const std::byte* here = header_.data() + at_;
  const bool big = frames_.back().is_big_endian;
  const Tag tag{load<std::uint16_t>(here, big), load<std::uint16_t>(here + 2, big)};
  const auto length = load<std::uint32_t>(here + 4, big);
  if (tag.group() == 0xFFFE) {
    count(tag);
    const bool may_end = frames_.size() > 1 && frames_.back().end == no_end;
    // As the reader does: the delimiter of a sequence ends an item of undefined length and stays for the
    // sequence.
    if (may_end && tag == tags::sequence_delimitation) {
      leave_frame();
      return true;
    }
    if (may_end && tag == tags::item_delimitation)
      leave_frame();
    else if (tag == tags::item || length != 0)
      throw Fault{FaultCode::bad_structure, "an item stands outside a sequence"};
    at_ += 8;
    return true;
  }
  if (!frames_.back().is_explicit) {
    take_value(tag, {false, VR::none}, length, 8);
    return true;
  }
  const char first = static_cast<char>(here[4]);
  const char second = static_cast<char>(here[5]);
  const VR vr = static_cast<VR>(vr_code(first, second));
  const bool is_long = is_known(vr) ? traits(vr).has_long_length : is_upper(first) && is_upper(second);
  if (!is_long) {
    take_value(tag, {true, vr}, load<std::uint16_t>(here + 6, big), 8);
    return true;
  }
  if (available() < 12) return false;
  take_value(tag, {true, vr}, load<std::uint32_t>(here + 8, big), 12);
  return true;
}

bool HeaderScanner::step_items() {
  const std::byte* here = header_.data() + at_;
  const Frame frame = frames_.back();
  const bool big = frame.is_big_endian;
  const Tag tag{load<std::uint16_t>(here, big), load<std::uint16_t>(here + 2, big)};
  const auto length = load<std::uint32_t>(here + 4, big);
  if (tag == tags::item && frame.kind == Kind::fragments) {
    header_.resize(at_);
    gaps_.back().length += 8 + std::uint64_t{length};
    left_out_ += 8 + std::uint64_t{length};
    to_drop_ = length;
    if (is_in_pixel_data_) fragments_.begin_item(length);
    return true;
  }
  count(tag);
  at_ += 8;
  if (tag == tags::item) {
    open(Kind::data_set, false, length, tag, frame.is_followed);
  } else if (tag == tags::sequence_delimitation && frame.end == no_end) {
    if (frame.kind == Kind::fragments && gaps_.back().length == 0) gaps_.pop_back();
    is_in_pixel_data_ = false;
    leave_frame();
  } else if (frame.kind == Kind::fragments ||
             (tag != tags::item_delimitation && tag != tags::sequence_delimitation)) {
    throw Fault{FaultCode::bad_structure, "a sequence holds something that is no item", tag};
  }
  return true;
}

void HeaderScanner::take_value(Tag tag, DeclaredVR declared, std::uint32_t length, std::size_t header_size) {
  count(tag);
  at_ += header_size;
  const Frame& frame = frames_.back();
  if (frames_.size() == 1 && tag.group() == 0)
    throw Fault{FaultCode::not_dicom, "elements of a command stand in the data set"};
  const VR vr = read_as(tag, declared, length, blocks_, frame.first_block).vr;
  const bool is_unknown = declared.is_unknown();
  if (vr == VR::SQ && !frame.is_followed && is_doubtful_sequence(tag, declared)) {
    if (length > limits_.unknown_sequence) return keep_or_leave_out(tag, length);
    ahead_tag_ = tag;
    to_look_ = length;
    if (length == 0) look();
  } else if (vr == VR::SQ) {
    open(Kind::sequence, is_unknown, length, tag, frame.is_followed);
  } else if (length == undefined_length && vr == VR::UN && tag != tags::pixel_data) {
    open(Kind::sequence, true, length, tag, frame.is_followed);
  } else if (length == undefined_length) {
    is_in_pixel_data_ = frames_.size() == 1 && tag == tags::pixel_data;
    open(Kind::fragments, false, length, tag);
    gaps_.push_back({at_, 0});
    if (is_in_pixel_data_) fragments_.clear();
  } else {
    keep_or_leave_out(tag, length);
  }
}

void HeaderScanner::keep_or_leave_out(Tag tag, std::uint32_t length) {
  const bool is_root = frames_.size() == 1;
  if (length > limits_.large_value || (length > 0 && is_content(tag, is_root))) {
    gaps_.push_back({at_, length});
    left_out_ += length;
    to_drop_ = length;
    return;
  }
  if (is_root && is_remembered(tag)) found_.push_back({tag, at_, length});
  if (tag.is_private_creator()) creator_ = {tag, at_, length};
  to_keep_ = length;
}

// What only a dictionary calls a sequence is here whole: opened where it is one, else a value as any other.
// What is opened is scanned again, and not looked at a second time.
void HeaderScanner::look() {
  const std::vector<std::byte> value = std::exchange(ahead_, {});
  const auto length = static_cast<std::uint32_t>(value.size());
  Limits rest = limits_;
  rest.depth -= static_cast<std::uint32_t>((frames_.size() - 1) / 2);
  Defects ignored(0);
  const Reader reader({value}, {.is_explicit = false}, rest, ignored);
  if (reader.can_follow(length))
    open(Kind::sequence, true, length, ahead_tag_, true);
  else
    keep_or_leave_out(ahead_tag_, length);
  scan(value);
}

// What is unknown (UN) holds implicit VR little endian in any transfer syntax (PS3.5 6.2.2).
void HeaderScanner::open(Kind kind, bool is_unknown, std::uint32_t length, Tag tag, bool is_followed) {
  if (kind == Kind::sequence && frames_.size() > std::size_t{2} * limits_.depth)
    throw Fault{FaultCode::too_deep, "sequences are nested too deeply", tag};
  const Frame parent = frames_.back();
  frames_.push_back({kind, parent.is_explicit && !is_unknown, parent.is_big_endian && !is_unknown,
                     length == undefined_length ? no_end : position() + length, blocks_.mark(), is_followed});
}

void HeaderScanner::count(Tag tag) {
  if (++elements_ > limits_.elements)
    throw Fault{FaultCode::too_large, "the data set has more elements than the limit", tag};
  if (frames_.size() == 1 && ++root_elements_ > limits_.root_elements)
    throw Fault{FaultCode::too_large, "the data set has more elements outside sequences than the limit", tag};
}

void HeaderScanner::finish() {
  if (inflater_ && !inflater_->is_finished())
    throw Fault{FaultCode::truncated, "the deflated data set ends in the middle"};
  if (header_.empty()) throw Fault{FaultCode::not_dicom, "the data set is empty"};
  const bool is_inside_item = std::ranges::any_of(
      frames_, [this](const Frame& frame) { return frame.end != no_end && frame.end > position(); });
  const bool is_inside_fragments = frames_.back().kind == Kind::fragments;
  if (to_keep_ > 0 || to_drop_ > 0 || to_look_ > 0 || available() > 0 || is_inside_item ||
      is_inside_fragments)
    throw Fault{FaultCode::truncated, "the data set ends inside an element"};
}

std::string_view HeaderScanner::find(Tag tag) const {
  for (const Found& found : found_)
    if (found.tag == tag) return trim_value(as_text(Bytes(header_).subspan(found.at, found.length)), false);
  return {};
}

}  // namespace pgpacs::dicom
