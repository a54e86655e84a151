#include "extension/dicom/content.h"

#include <array>
#include <vector>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

// What stands between elements: a data set never has group 0000, so these cannot be taken for a tag.
enum class Mark : std::uint32_t { item = 1, item_end = 2, sequence_end = 3, fragment = 4 };

void put_32(const ContentSink& sink, std::uint32_t value) {
  std::array<std::byte, 4> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  sink(bytes);
}

void put_64(const ContentSink& sink, std::uint64_t value) {
  std::array<std::byte, 8> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  sink(bytes);
}

// Turns around the words of a piece and of what the piece before it left over; what is no whole word is left
// over.
void put_turned(Bytes piece, std::size_t width, std::vector<std::byte>& left_over, const ContentSink& sink) {
  left_over.insert(left_over.end(), piece.begin(), piece.end());
  const std::size_t whole = left_over.size() / width * width;
  turn_words(std::span(left_over).first(whole), width);
  sink(Bytes(left_over).first(whole));
  left_over.erase(left_over.begin(), left_over.begin() + static_cast<std::ptrdiff_t>(whole));
}

// Whether blanks at the end are padding. Where implicit VR does not know the VR, they stay in any syntax.
bool is_text(const Element& element) {
  const VRKind kind = traits(element.vr).kind;
  const bool is_any_text =
      kind == VRKind::text || kind == VRKind::strings || kind == VRKind::codes || kind == VRKind::decimal;
  return is_any_text && implicit_vr(element.tag).vr != VR::UN;
}

void put_value(const Element& element, const ContentFetch& fetch, const ContentSink& sink) {
  const std::size_t width = element.is_big_endian ? word_width(element.vr) : 1;
  std::vector<std::byte> left_over;
  const ContentSink turn = [&](Bytes piece) { put_turned(piece, width, left_over, sink); };
  const ContentSink& to = width > 1 ? turn : sink;
  if (element.left_out != 0) {
    put_64(sink, element.left_out);
    fetch(element.at, element.left_out, to);
  } else {
    const Bytes value = is_text(element) ? as_bytes(trim_value(as_text(element.value), true)) : element.value;
    put_64(sink, value.size());
    to(value);
  }
  sink(left_over);
}

}  // namespace

void write_content(Reader& reader, const ContentFetch& fetch, const ContentSink& sink) {
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const Element& element = reader.element();
    switch (event) {
      case Event::element:
        if (element.tag.is_group_length() || element.tag == tags::data_set_trailing_padding) break;
        put_32(sink, element.tag.value);
        put_value(element, fetch, sink);
        break;
      case Event::sequence: put_32(sink, element.tag.value); break;
      case Event::item: put_32(sink, static_cast<std::uint32_t>(Mark::item)); break;
      case Event::item_end: put_32(sink, static_cast<std::uint32_t>(Mark::item_end)); break;
      case Event::sequence_end: put_32(sink, static_cast<std::uint32_t>(Mark::sequence_end)); break;
      case Event::fragment:
        put_32(sink, static_cast<std::uint32_t>(Mark::fragment));
        put_value(element, fetch, sink);
        break;
      case Event::end: break;
    }
  }
}

}  // namespace pgpacs::dicom
