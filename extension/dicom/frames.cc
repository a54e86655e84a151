#include "extension/dicom/frames.h"

#include <algorithm>
#include <optional>

#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dicom {
namespace {

constexpr std::int32_t most = 0xFFFF;  // of a US

// Indices of the fragments that begin a frame.
using Beginnings = std::vector<std::size_t>;

bool is_in_range(const std::optional<std::int32_t>& number) {
  return number && *number >= 1 && *number <= most;
}

// Both chroma samples are of two pixels (PS3.3 C.7.6.3.1.2).
bool shares_chroma(const PixelDescription& pixels) {
  return pixels.samples_per_pixel == 3 && (pixels.photometric_interpretation == "YBR_FULL_422" ||
                                           pixels.photometric_interpretation == "YBR_PARTIAL_422");
}

std::uint64_t frame_count(const PixelDescription& pixels) {
  return static_cast<std::uint64_t>(std::max(pixels.number_of_frames.value_or(1), 1));
}

// 0 where the description does not say.
std::uint64_t bits_of_frame(const PixelDescription& pixels) {
  const std::optional<std::int32_t> samples =
      shares_chroma(pixels) ? 2 : pixels.samples_per_pixel.value_or(1);
  if (!is_in_range(pixels.rows) || !is_in_range(pixels.columns) || !is_in_range(samples) ||
      !is_in_range(pixels.bits_allocated))
    return 0;
  std::uint64_t bits = 1;  // (2^16 - 1)^4 fits
  for (const std::int32_t factor : {*pixels.rows, *pixels.columns, *samples, *pixels.bits_allocated})
    bits *= static_cast<std::uint64_t>(factor);
  return bits;
}

// Frames follow each other without padding (PS3.5 8.1.1): it stands at the end of Pixel Data alone.
std::vector<Frame> native_frames(const PixelDescription& pixels, const Limits& limits) {
  std::vector<Frame> frames;
  const std::uint64_t bits = bits_of_frame(pixels);
  if (bits == 0 || frame_count(pixels) > limits.frames) return frames;
  const std::uint64_t count = std::min(frame_count(pixels), pixels.pixel_data_length * 8 / bits);
  frames.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t begin = i * bits / 8;
    const std::uint64_t end = ((i + 1) * bits + 7) / 8;
    frames.push_back({pixels.pixel_data_at + begin, end - begin});
  }
  return frames;
}

// MPEG and HEVC (PS3.5 8.2.7 to 8.2.12, and their fragmentable forms): fragments cut the stream anywhere.
bool is_video(std::string_view transfer_syntax_uid) {
  return transfer_syntax_uid.starts_with("1.2.840.10008.1.2.4.10");
}

template <typename Begins>
Beginnings select(const Fragments& fragments, Begins&& begins) {
  Beginnings found;
  for (std::size_t i = 0; i < fragments.list().size(); ++i)
    if (begins(fragments.list()[i], i)) found.push_back(i);
  return found;
}

std::uint64_t number(Bytes table, std::size_t i) {
  return load<std::uint64_t>(table.data() + 8 * i, false);
}

// Empty where the table is not right: each offset the place of a fragment, ascending from the first, and no
// frame longer than its fragments.
Beginnings from_extended_table(const FrameSource& source, const Fragments& fragments, std::size_t count) {
  if (source.extended_offsets.size() != 8 * count || source.extended_lengths.size() != 8 * count) return {};
  std::size_t next = 0;
  Beginnings found = select(fragments, [&](const Fragment& fragment, std::size_t) {
    return next < count && number(source.extended_offsets, next) == fragment.at && ++next > 0;
  });
  if (found.size() != count || found.front() != 0) return {};
  const std::vector<Fragment>& list = fragments.list();
  for (std::size_t i = 0; i < count; ++i) {
    const Fragment& last = list[(i + 1 < count ? found[i + 1] : list.size()) - 1];
    const std::uint64_t room = last.at + last.length - list[found[i]].at;
    if (number(source.extended_lengths, i) > room) return {};
  }
  return found;
}

Beginnings find_beginnings(const FrameSource& source, const Fragments& fragments, std::size_t count,
                           Defects& defects) {
  const std::size_t total = fragments.list().size();
  if (fragments.offset_table() != OffsetTable::empty) {
    Beginnings found = select(fragments, [](const Fragment& f, std::size_t) { return f.is_in_table; });
    if (fragments.offset_table() == OffsetTable::right && found.size() == count) return found;
    defects.note(DefectCode::bad_offset_table, tags::pixel_data);
  }
  if (source.has_extended_table) {
    Beginnings found = from_extended_table(source, fragments, count);
    if (!found.empty()) return found;
    defects.note(DefectCode::bad_offset_table, tags::extended_offset_table);
  }
  if (count == total) return select(fragments, [](const Fragment&, std::size_t) { return true; });
  if (count == 1) return {0};
  Beginnings found = select(fragments, [](const Fragment& f, std::size_t) { return f.begins_codestream; });
  return found.size() == count && found.front() == 0 ? found : Beginnings{};
}

std::vector<Frame> encapsulated_frames(const FrameSource& source, const Fragments& fragments,
                                       const Limits& limits, Defects& defects) {
  std::vector<Frame> frames;
  const std::vector<Fragment>& list = fragments.list();
  const std::uint64_t count = frame_count(source.pixels);
  Beginnings beginnings;
  if (!list.empty() && !fragments.is_too_many() &&
      count <= std::min<std::uint64_t>(list.size(), limits.frames))
    beginnings = find_beginnings(source, fragments, count, defects);
  if (beginnings.empty()) defects.note(DefectCode::bad_frame_count, tags::number_of_frames);
  const std::uint64_t first = without_offset_table(source.pixels, fragments).pixel_data_at;
  frames.reserve(beginnings.size());
  for (std::size_t i = 0; i < beginnings.size(); ++i) {
    const std::size_t next = i + 1 < beginnings.size() ? beginnings[i + 1] : list.size();
    const Fragment& last = list[next - 1];
    const std::uint64_t at = list[beginnings[i]].at;
    frames.push_back({first + at, last.at + item_header_size + last.length - at});
  }
  return frames;
}

}  // namespace

void FrameSource::see(const Element& element) {
  pixels.see(element);
  if (element.tag != tags::extended_offset_table && element.tag != tags::extended_offset_table_lengths)
    return;
  // One too large for the header says nothing that the fragments do not: it is for one a frame.
  if (element.left_out != 0) return;
  has_extended_table = true;
  (element.tag == tags::extended_offset_table ? extended_offsets : extended_lengths) = element.value;
}

PixelDescription without_offset_table(const PixelDescription& pixels, const Fragments& fragments) {
  PixelDescription rest = pixels;
  if (!pixels.is_encapsulated || !fragments.has_table_item()) return rest;
  const std::uint64_t table = item_header_size + fragments.offset_table_length();
  rest.pixel_data_at += table;
  rest.pixel_data_length -= std::min(table, rest.pixel_data_length);
  return rest;
}

std::vector<Frame> find_frames(const FrameSource& source, const Fragments& fragments,
                               std::string_view transfer_syntax_uid, const Limits& limits, Defects& defects) {
  const PixelDescription& pixels = source.pixels;
  if (!pixels.has_pixel_data) return {};
  if (!pixels.is_encapsulated) return native_frames(pixels, limits);
  if (is_video(transfer_syntax_uid)) return {};
  return encapsulated_frames(source, fragments, limits, defects);
}

std::vector<Frame> derive_frames(const PixelDescription& pixels, std::string_view transfer_syntax_uid,
                                 const Limits& limits) {
  const auto syntax = find_transfer_syntax(transfer_syntax_uid);
  if (syntax && !syntax->is_encapsulated) return native_frames(pixels, limits);
  if (frame_count(pixels) != 1) return {};
  return {{pixels.pixel_data_at, pixels.pixel_data_length}};
}

}  // namespace pgpacs::dicom
