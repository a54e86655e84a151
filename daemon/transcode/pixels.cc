#include "daemon/transcode/pixels.h"

#include <algorithm>

#include "daemon/transcode/jpeg.h"
#include "daemon/transcode/jpeg_2000.h"
#include "daemon/transcode/jpeg_ls.h"
#include "daemon/transcode/rle.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/value_encoder.h"

namespace pgpacs::transcode {
namespace {

using dicom::Fault;
using dicom::FaultCode;

constexpr std::uint64_t longest_value = 0xFFFFFFFE;

std::uint32_t number(const std::optional<std::int32_t>& value, std::int32_t low, std::int32_t high) {
  if (!value || *value < low || *value > high)
    refuse("an attribute that describes the pixels is missing or out of range");
  return static_cast<std::uint32_t>(*value);
}

Image image_of(const dicom::PixelDescription& d) {
  constexpr std::int32_t largest_us = 0xFFFF;
  Image image;
  image.rows = number(d.rows, 1, largest_us);
  image.columns = number(d.columns, 1, largest_us);
  image.samples = number(d.samples_per_pixel, 1, 4);
  image.bits_allocated = number(d.bits_allocated, 8, 64);
  image.bits_stored = number(d.bits_stored, 1, *d.bits_allocated);
  image.is_signed = d.pixel_representation == 1;
  if (image.bits_allocated % 8 != 0) refuse("samples are no whole bytes");
  return image;
}

// JPEG and what came after it: up to 16 bits, grey or three colours.
void check_codec(const Image& image) {
  if (image.bits_allocated > 16) refuse("the codec has no samples of more than 16 bits");
  if (image.samples != 1 && image.samples != 3) refuse("the codec has no such number of samples");
}

void put_header(dicom::Tag tag, std::uint32_t length, Output& output) {
  std::string header;
  append_header(tag, dicom::VR::none, length, {.is_explicit = false}, header);
  output.write(dicom::as_bytes(header));
}

Bytes without_pad(Bytes codestream, std::size_t size) {
  return codestream.size() == size + 1 ? codestream.first(size) : codestream;
}

}  // namespace

Pixels::Pixels(const Input& input, const dicom::PixelDescription& description,
               std::vector<dicom::Frame> frames, std::string_view transfer_syntax_uid)
    : input_(input),
      frames_(std::move(frames)),
      image_(image_of(description)),
      coding_(coding_of(transfer_syntax_uid)),
      is_lossy_jpeg_(coding_ == Coding::jpeg && !is_lossless(transfer_syntax_uid)),
      is_planar_(image_.samples > 1 && description.planar_configuration == 1),
      photometric_interpretation_(description.photometric_interpretation.value_or("")) {
  if (description.pixel_data_tag != dicom::tags::pixel_data)
    refuse("pixels of floating point stay as they are");
  const auto count = static_cast<std::size_t>(std::max(description.number_of_frames.value_or(1), 1));
  if (frames_.size() != count) refuse("the frames that the header counts are not there");
  const bool is_narrow =
      coding_ == Coding::native || coding_ == Coding::rle || coding_ == Coding::uncompressed;
  if (!is_narrow) check_codec(image_);
}

bool Pixels::is_ybr() const {
  return image_.samples == 3 && photometric_interpretation_.starts_with("YBR_");
}

PixelChange Pixels::decoding() const {
  PixelChange change;
  if (image_.samples > 1) change.is_colour_by_pixel = true;
  if (!is_ybr()) return change;
  const bool is_transformed =
      photometric_interpretation_ == "YBR_ICT" || photometric_interpretation_ == "YBR_RCT";
  if (is_lossy_jpeg_ || (is_transformed && coding_ == Coding::jpeg_2000))
    change.photometric_interpretation = "RGB";
  else if (photometric_interpretation_ == "YBR_FULL_422")
    change.photometric_interpretation = "YBR_FULL";
  else if (photometric_interpretation_ != "YBR_FULL")
    refuse("a photometric interpretation that we cannot decode");
  return change;
}

std::uint32_t Pixels::length() const {
  const std::uint64_t frame = image_.bytes();
  if (frame > longest_value || frames_.size() * frame > longest_value - 1)
    throw Fault{FaultCode::too_large, "the pixels come out larger than Pixel Data may be",
                dicom::tags::pixel_data};
  const auto length = static_cast<std::uint32_t>(frames_.size() * frame);
  return length + length % 2;
}

void Pixels::decode(Output& output) const {
  const std::uint64_t padding = length() - frames_.size() * image_.bytes();
  Buffer cells(image_.bytes());
  for (const dicom::Frame& place : frames_) {
    decode_frame(frame(place), cells);
    output.write(cells);
  }
  output.write(Buffer(padding));
}

void Pixels::decode_frame(Bytes codestream, std::span<std::byte> cells) const {
  switch (coding_) {
    case Coding::rle: return decode_rle(codestream, image_, cells);
    case Coding::jpeg: return decode_jpeg(codestream, image_, is_lossy_jpeg_ && is_ybr(), cells);
    case Coding::jpeg_ls: return decode_jpeg_ls(codestream, image_, cells);
    case Coding::jpeg_2000: return decode_jpeg_2000(codestream, image_, cells);
    case Coding::uncompressed: {
      const Bytes frame = without_pad(codestream, cells.size());
      if (frame.size() != cells.size()) refuse("a frame has another size than Rows and Columns say");
      std::ranges::copy(frame, cells.begin());
      return;
    }
    default: refuse("compressed pixels in a transfer syntax that has none");
  }
}

// Its fragments, one after the other, without the headers of their items.
Buffer Pixels::frame(const dicom::Frame& place) const {
  Buffer bytes(static_cast<std::size_t>(place.length));
  input_.read(place.at, bytes);
  if (coding_ == Coding::native) return bytes;
  std::size_t end = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < dicom::item_header_size) refuse("a fragment ends in its header");
    const auto length = dicom::load<std::uint32_t>(bytes.data() + at + 4, false);
    at += dicom::item_header_size;
    if (length > bytes.size() - at) refuse("a fragment is longer than its frame");
    std::memmove(bytes.data() + end, bytes.data() + at, length);
    end += length;
    at += length;
  }
  bytes.resize(end);
  return bytes;
}

PixelChange Pixels::encoding() const {
  if (photometric_interpretation_.find("_42") != std::string::npos)
    refuse("native pixels that leave out chroma are not compressed");
  return {.is_colour_by_pixel = image_.samples > 1};
}

void Pixels::encode(std::string_view to, Output& output) const {
  put_header(dicom::tags::item, static_cast<std::uint32_t>(4 * frames_.size()), output);
  const std::uint64_t table_at = output.size();
  Buffer table(4 * frames_.size());
  output.write(table);
  const std::uint64_t first = output.size();
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const std::uint64_t offset = output.size() - first;
    if (offset > longest_value)
      throw Fault{FaultCode::too_large, "an offset table holds no such places", dicom::tags::pixel_data};
    std::memcpy(table.data() + 4 * i, &offset, 4);
    Buffer codestream = encode_frame(frame(frames_[i]), coding_of(to));
    if (codestream.size() % 2 != 0) codestream.push_back(std::byte{0});
    put_header(dicom::tags::item, static_cast<std::uint32_t>(codestream.size()), output);
    output.write(codestream);
  }
  output.write_over(table_at, table);
}

Buffer Pixels::encode_frame(Bytes cells, Coding coding) const {
  if (cells.size() != image_.bytes()) refuse("a frame has another size than Rows and Columns say");
  Buffer turned;
  if (is_planar_) {
    const std::size_t width = image_.sample_bytes();
    turned.resize(cells.size());
    for (std::size_t i = 0; i < image_.sample_count(); ++i) {
      const std::size_t plane = i % image_.samples * image_.pixels();
      std::copy_n(cells.data() + (plane + i / image_.samples) * width, width, turned.data() + i * width);
    }
    cells = turned;
  }
  if (coding == Coding::rle) return encode_rle(cells, image_);
  check_codec(image_);
  if (coding == Coding::jpeg_ls) return encode_jpeg_ls(cells, image_);
  if (coding == Coding::jpeg_2000) return encode_jpeg_2000(cells, image_);
  return encode_jpeg_lossless(cells, image_, is_ybr());
}

}  // namespace pgpacs::transcode
