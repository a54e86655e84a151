#include "daemon/transcode/rle.h"

#include <algorithm>

namespace pgpacs::transcode {
namespace {

constexpr std::size_t header_size = 64;
constexpr std::size_t most_segments = 15;
constexpr std::size_t longest_run = 128;

// Zeros, and codes that do nothing.
bool is_padding(std::byte byte) {
  return byte == std::byte{0} || byte == std::byte{128};
}

// Unpacks one segment into every `stride`th byte, exactly `count` of them; what follows them is padding
// (PS3.5 G.3.1).
void unpack(Bytes packed, std::byte* to, std::size_t stride, std::size_t count) {
  std::size_t at = 0;
  while (count > 0) {
    if (at >= packed.size()) refuse("an RLE segment ends before its frame does");
    const auto control = std::to_integer<unsigned>(packed[at++]);
    if (control == 128) continue;  // no operation
    const bool is_run = control > 128;
    const std::size_t length = is_run ? 257 - control : control + 1;
    if (length > count) refuse("an RLE segment holds more than its frame");
    if (packed.size() - at < (is_run ? 1 : length)) refuse("an RLE segment ends before its frame does");
    for (std::size_t i = 0; i < length; ++i, to += stride) *to = packed[is_run ? at : at + i];
    at += is_run ? 1 : length;
    count -= length;
  }
  if (!std::ranges::all_of(packed.subspan(std::min(at + 1, packed.size())), is_padding))
    refuse("an RLE segment holds more than its frame");
}

void put_literal(Bytes bytes, Buffer& out) {
  while (!bytes.empty()) {
    const Bytes piece = bytes.first(std::min(longest_run, bytes.size()));
    out.push_back(static_cast<std::byte>(piece.size() - 1));
    out.insert(out.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
  }
}

// Runs of three and more replicate, no run goes beyond its row (PS3.5 G.3).
void pack_row(Bytes row, Buffer& out) {
  std::size_t literal = 0;
  std::size_t at = 0;
  while (at < row.size()) {
    std::size_t length = 1;
    while (length < longest_run && at + length < row.size() && row[at + length] == row[at]) ++length;
    if (length >= 3) {
      put_literal(row.subspan(literal, at - literal), out);
      out.push_back(static_cast<std::byte>(257 - length));
      out.push_back(row[at]);
      literal = at + length;
    }
    at += length;
  }
  put_literal(row.subspan(literal), out);
}

void put_number(std::size_t number, std::size_t at, Buffer& out) {
  const auto value = static_cast<std::uint32_t>(number);
  std::memcpy(out.data() + at, &value, sizeof value);
}

// Of segment i: where its first byte lies in a pixel.
std::size_t place(std::size_t i, const Image& image) {
  const std::size_t width = image.sample_bytes();
  return i / width * width + (width - 1 - i % width);
}

}  // namespace

void decode_rle(Bytes codestream, const Image& image, std::span<std::byte> cells) {
  const std::size_t segments = image.samples * image.sample_bytes();
  if (codestream.size() < header_size || dicom::load<std::uint32_t>(codestream.data(), false) != segments ||
      segments > most_segments)
    refuse("an RLE header names another number of segments than the pixels have");
  if (cells.size() != image.bytes()) refuse("a frame has another size than Rows and Columns say");
  for (std::size_t i = 0; i < segments; ++i) {
    const std::size_t begin = dicom::load<std::uint32_t>(codestream.data() + 4 * (i + 1), false);
    const std::size_t end = i + 1 < segments
                                ? dicom::load<std::uint32_t>(codestream.data() + 4 * (i + 2), false)
                                : codestream.size();
    if (begin < header_size || begin > end || end > codestream.size())
      refuse("an RLE header names places outside of its segments");
    unpack(codestream.subspan(begin, end - begin), cells.data() + place(i, image), segments, image.pixels());
  }
}

Buffer encode_rle(Bytes cells, const Image& image) {
  const std::size_t segments = image.samples * image.sample_bytes();
  if (segments > most_segments) refuse("RLE has at most 15 segments");
  Buffer out(header_size);
  put_number(segments, 0, out);
  Buffer row(image.columns);
  for (std::size_t i = 0; i < segments; ++i) {
    put_number(out.size(), 4 * (i + 1), out);
    const std::byte* from = cells.data() + place(i, image);
    for (std::uint32_t y = 0; y < image.rows; ++y) {
      for (std::byte& byte : row) byte = *from, from += segments;
      pack_row(row, out);
    }
    if (out.size() % 2 != 0) out.push_back(std::byte{0});
  }
  return out;
}

}  // namespace pgpacs::transcode
