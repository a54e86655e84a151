#include "daemon/transcode/jpeg_header.h"

namespace pgpacs::transcode {
namespace {

constexpr unsigned start_of_image = 0xD8;
constexpr unsigned start_of_scan = 0xDA;
constexpr unsigned baseline = 0xC0;
constexpr unsigned extended = 0xC1;
constexpr unsigned progressive = 0xC2;
constexpr unsigned lossless = 0xC3;

unsigned byte_at(Bytes bytes, std::size_t at) {
  if (at >= bytes.size()) refuse("a JPEG codestream ends in its header");
  return std::to_integer<unsigned>(bytes[at]);
}

unsigned word_at(Bytes bytes, std::size_t at) {
  return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

bool is_frame_header(unsigned marker) {
  return marker == baseline || marker == extended || marker == progressive || marker == lossless;
}

// From the length of the frame header's segment.
JpegHeader read_frame_header(Bytes segment, unsigned marker) {
  JpegHeader header;
  header.shape = {.rows = word_at(segment, 3),
                  .columns = word_at(segment, 5),
                  .samples = byte_at(segment, 7),
                  .precision = byte_at(segment, 2)};
  header.is_lossless = marker == lossless;
  for (std::size_t i = 0; i < header.shape.samples; ++i)
    header.is_subsampled |= byte_at(segment, 9 + 3 * i) != byte_at(segment, 9);
  return header;
}

}  // namespace

JpegHeader read_jpeg_header(Bytes codestream) {
  if (word_at(codestream, 0) != (0xFF00 | start_of_image)) refuse("a frame does not begin as JPEG does");
  std::size_t at = 2;
  for (;;) {
    if (byte_at(codestream, at) != 0xFF) refuse("a JPEG codestream has no frame header");
    while (byte_at(codestream, at) == 0xFF) ++at;  // fill bytes
    const unsigned marker = byte_at(codestream, at++);
    if (is_frame_header(marker)) return read_frame_header(codestream.subspan(at), marker);
    const bool is_other_frame = marker >= 0xC5 && marker <= 0xCF && marker != 0xC8 && marker != 0xCC;
    if (is_other_frame) refuse("a JPEG process that we have no decoder for");
    if (marker == start_of_scan || marker < 0xC0) refuse("a JPEG codestream has no frame header");
    const unsigned length = word_at(codestream, at);
    if (length < 2) refuse("a JPEG codestream has no frame header");
    at += length;
  }
}

}  // namespace pgpacs::transcode
