#include "daemon/transcode/jpeg_ls.h"

#include <charls/charls.h>

#include <algorithm>

namespace pgpacs::transcode {
namespace {

constexpr std::size_t room_for_headers = 4096;

// Whole planes, one after the other, to colour by pixel.
Buffer by_pixel(const Buffer& planes, const Image& image, std::size_t width) {
  Buffer out(planes.size());
  for (std::size_t sample = 0; sample < image.samples; ++sample)
    for (std::size_t i = 0; i < image.pixels(); ++i)
      std::copy_n(planes.data() + (sample * image.pixels() + i) * width, width,
                  out.data() + (i * image.samples + sample) * width);
  return out;
}

// CharLS 2.4 may read for ever in a codestream that was cut off: the end marker has to be there. What follows
// it is at most padding (PS3.5 A.4).
void check_end(Bytes codestream) {
  constexpr std::size_t most_padding = 4;
  const std::string_view text = dicom::as_text(codestream);
  if (text.substr(text.size() - std::min(text.size(), most_padding + 2)).find("\xFF\xD9") == text.npos)
    refuse("a JPEG-LS codestream has no end");
}

void decode(Bytes codestream, const Image& image, std::span<std::byte> cells) {
  check_end(codestream);
  charls::jpegls_decoder decoder;
  decoder.source(codestream.data(), codestream.size()).read_header();
  const charls::frame_info info = decoder.frame_info();
  const auto precision = static_cast<std::uint32_t>(info.bits_per_sample);
  check_shape({info.height, info.width, static_cast<std::uint32_t>(info.component_count), precision}, image);
  const std::size_t width = precision > 8 ? 2 : 1;
  Buffer decoded(image.sample_count() * width);
  decoder.decode(decoded.data(), decoded.size());
  if (image.samples > 1 && decoder.interleave_mode() == charls::interleave_mode::none)
    decoded = by_pixel(decoded, image, width);
  store_samples(decoded, precision, image, cells);
}

Buffer encode(Bytes cells, const Image& image) {
  // CharLS takes samples of up to eight bits as one byte each.
  const std::uint32_t least = image.sample_bytes() == 1 ? 2 : 9;
  const bool is_narrow = !image.is_signed && fits_bits_stored(cells, image);
  const std::uint32_t precision = is_narrow ? std::max(image.bits_stored, least) : image.bits_allocated;
  charls::jpegls_encoder encoder;
  encoder.frame_info(
      {image.columns, image.rows, static_cast<int>(precision), static_cast<int>(image.samples)});
  if (image.samples > 1) encoder.interleave_mode(charls::interleave_mode::sample);
  Buffer out(cells.size() + cells.size() / 2 + room_for_headers);  // noise grows
  encoder.destination(out.data(), out.size());
  out.resize(encoder.encode(cells.data(), cells.size()));
  return out;
}

}  // namespace

void decode_jpeg_ls(Bytes codestream, const Image& image, std::span<std::byte> cells) try {
  decode(codestream, image, cells);
} catch (const charls::jpegls_error&) {
  refuse("a JPEG-LS codestream is broken");
}

Buffer encode_jpeg_ls(Bytes cells, const Image& image) try {
  return encode(cells, image);
} catch (const charls::jpegls_error&) {
  refuse("a frame cannot be compressed as JPEG-LS");
}

}  // namespace pgpacs::transcode
