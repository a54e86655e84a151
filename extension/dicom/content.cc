#include "extension/dicom/content.h"

#include <algorithm>
#include <array>
#include <vector>

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

// Bytes of one number of a VR, whose order depends on the transfer syntax. AT is two numbers of two bytes.
std::size_t swap_width(VR vr) {
  const VRTraits kind = traits(vr);
  if (vr == VR::AT) return 2;
  return kind.kind == VRKind::number || kind.kind == VRKind::binary ? kind.width : 1;
}

void put_turned(Bytes bytes, std::size_t width, const ContentSink& sink) {
  std::vector<std::byte> turned(bytes.begin(), bytes.end());
  for (std::size_t at = 0; at + width <= turned.size(); at += width)
    std::reverse(turned.begin() + static_cast<std::ptrdiff_t>(at),
                 turned.begin() + static_cast<std::ptrdiff_t>(at + width));
  sink(turned);
}

bool is_text(VR vr) {
  const VRKind kind = traits(vr).kind;
  return kind == VRKind::text || kind == VRKind::strings || kind == VRKind::codes || kind == VRKind::decimal;
}

void put_value(const Element& element, const ContentFetch& fetch, const ContentSink& sink) {
  const std::size_t width = element.is_big_endian ? swap_width(element.vr) : 1;
  if (element.left_out != 0) {
    put_64(sink, element.left_out);
    const ContentSink turn = [&](Bytes piece) { put_turned(piece, width, sink); };
    fetch(element.at, element.left_out, width > 1 ? turn : sink);
    return;
  }
  const Bytes value =
      is_text(element.vr) ? as_bytes(trim_value(as_text(element.value), true)) : element.value;
  put_64(sink, value.size());
  if (width > 1)
    put_turned(value, width, sink);
  else
    sink(value);
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
