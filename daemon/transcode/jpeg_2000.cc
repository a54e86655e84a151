#include "daemon/transcode/jpeg_2000.h"

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

namespace pgpacs::transcode {
namespace {

constexpr std::string_view box_signature{"\0\0\0\x0CjP  ", 8};

// What OpenJPEG reads from and writes to.
struct Memory {
  Bytes in{};
  Buffer out{};
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* to, OPJ_SIZE_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const std::size_t taken = std::min<std::size_t>(count, memory.in.size() - memory.at);
  if (taken == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::copy_n(memory.in.data() + memory.at, taken, static_cast<std::byte*>(to));
  memory.at += taken;
  return taken;
}

OPJ_SIZE_T write_some(void* from, OPJ_SIZE_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (memory.out.size() < memory.at + count) memory.out.resize(memory.at + count);
  std::copy_n(static_cast<const std::byte*>(from), count, memory.out.data() + memory.at);
  memory.at += count;
  return count;
}

OPJ_OFF_T skip_read(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (count < 0) return -1;
  memory.at += std::min(static_cast<std::size_t>(count), memory.in.size() - memory.at);
  return count;
}

OPJ_BOOL seek_read(OPJ_OFF_T to, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (to < 0 || static_cast<std::size_t>(to) > memory.in.size()) return OPJ_FALSE;
  memory.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

OPJ_OFF_T skip_write(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (count < 0) return -1;
  memory.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek_write(OPJ_OFF_T to, void* user) {
  if (to < 0) return OPJ_FALSE;
  static_cast<Memory*>(user)->at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

template <auto destroy>
struct Release {
  template <typename T>
  void operator()(T* owned) const {
    destroy(owned);
  }
};
using Codec = std::unique_ptr<opj_codec_t, Release<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_destroy>>;
using Picture = std::unique_ptr<opj_image_t, Release<opj_image_destroy>>;

Stream open_stream(Memory& memory, bool is_input) {
  Stream stream(opj_stream_default_create(is_input));
  if (!stream) throw std::bad_alloc();
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_user_data_length(stream.get(), memory.in.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), is_input ? skip_read : skip_write);
  opj_stream_set_seek_function(stream.get(), is_input ? seek_read : seek_write);
  return stream;
}

CodestreamShape shape_of(const opj_image_t& picture) {
  CodestreamShape shape{.rows = picture.y1 - picture.y0,
                        .columns = picture.x1 - picture.x0,
                        .samples = picture.numcomps,
                        .precision = picture.numcomps > 0 ? picture.comps[0].prec : 0};
  for (std::uint32_t i = 0; i < picture.numcomps; ++i) {
    const opj_image_comp_t& component = picture.comps[i];
    if (component.dx != 1 || component.dy != 1) refuse("a JPEG 2000 codestream leaves out samples");
    if (component.prec != shape.precision || component.sgnd != picture.comps[0].sgnd)
      refuse("components of a JPEG 2000 codestream have different bits");
  }
  return shape;
}

// A number in a cell: of a codestream without sign, whose pixels have one, its bits are what counts.
std::uint32_t cell_of(OPJ_INT32 value, const opj_image_comp_t& component, const Image& image) {
  const auto pattern = static_cast<std::uint32_t>(value);
  const std::uint32_t spare = 32 - component.prec;
  if (image.is_signed)
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(pattern << spare) >> spare);
  return pattern << spare >> spare;
}

void store(const opj_image_t& picture, const Image& image, std::span<std::byte> cells) {
  const std::size_t width = image.sample_bytes();
  for (std::size_t sample = 0; sample < image.samples; ++sample) {
    const opj_image_comp_t& component = picture.comps[sample];
    if (component.data == nullptr || component.w != image.columns || component.h != image.rows)
      refuse("a JPEG 2000 codestream is broken");
    std::byte* to = cells.data() + sample * width;
    for (std::size_t i = 0; i < image.pixels(); ++i, to += width * image.samples) {
      const std::uint32_t cell = cell_of(component.data[i], component, image);
      std::memcpy(to, &cell, width);
    }
  }
}

std::int32_t number_at(Bytes cells, std::size_t i, const Image& image) {
  if (image.sample_bytes() == 1) {
    const auto cell = std::to_integer<std::uint8_t>(cells[i]);
    return image.is_signed ? static_cast<std::int8_t>(cell) : cell;
  }
  const auto cell = dicom::load<std::uint16_t>(cells.data() + 2 * i, false);
  return image.is_signed ? static_cast<std::int16_t>(cell) : cell;
}

// Bits Stored where all numbers are within it.
std::uint32_t precision_of(Bytes cells, const Image& image) {
  const std::int32_t low = image.is_signed ? -(1 << (image.bits_stored - 1)) : 0;
  const std::int32_t high = (1 << (image.bits_stored - (image.is_signed ? 1 : 0))) - 1;
  for (std::size_t i = 0; i < image.sample_count(); ++i) {
    const std::int32_t number = number_at(cells, i, image);
    if (number < low || number > high) return image.bits_allocated;
  }
  return image.bits_stored;
}

Picture picture_of(Bytes cells, const Image& image) {
  std::array<opj_image_cmptparm_t, 4> components{};
  const std::uint32_t precision = precision_of(cells, image);
  for (opj_image_cmptparm_t& component : components) {
    component.dx = component.dy = 1;
    component.w = image.columns;
    component.h = image.rows;
    component.prec = precision;
    component.sgnd = image.is_signed;
  }
  Picture picture(opj_image_create(image.samples, components.data(),
                                   image.samples == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB));
  if (!picture) throw std::bad_alloc();
  picture->x1 = image.columns;
  picture->y1 = image.rows;
  for (std::size_t i = 0; i < image.sample_count(); ++i)
    picture->comps[i % image.samples].data[i / image.samples] = number_at(cells, i, image);
  return picture;
}

// A resolution more halves the image; one of a few pixels has no five halves.
int resolutions_of(const Image& image) {
  int resolutions = 1;
  for (std::uint32_t size = std::min(image.rows, image.columns); size > 1 && resolutions < 6; size /= 2)
    ++resolutions;
  return resolutions;
}

}  // namespace

void decode_jpeg_2000(Bytes codestream, const Image& image, std::span<std::byte> cells) {
  const bool is_boxed = dicom::as_text(codestream).starts_with(box_signature);
  const Codec codec(opj_create_decompress(is_boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
  if (!codec) throw std::bad_alloc();
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  // Colours are the header's to say, not a box's.
  parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
  Memory memory{.in = codestream};
  const Stream stream = open_stream(memory, true);
  opj_image_t* raw = nullptr;
  bool is_read = opj_setup_decoder(codec.get(), &parameters) &&
                 opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) &&
                 opj_read_header(stream.get(), codec.get(), &raw);
  const Picture picture(raw);
  if (!is_read || !picture) refuse("a JPEG 2000 codestream is broken");
  check_shape(shape_of(*picture), image);
  is_read =
      opj_decode(codec.get(), stream.get(), picture.get()) && opj_end_decompress(codec.get(), stream.get());
  if (!is_read) refuse("a JPEG 2000 codestream is broken");
  store(*picture, image, cells);
}

Buffer encode_jpeg_2000(Bytes cells, const Image& image) {
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  if (!codec) throw std::bad_alloc();
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.irreversible = 0;
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = 0;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = 0;
  parameters.numresolution = resolutions_of(image);
  const Picture picture = picture_of(cells, image);
  Memory memory;
  Stream stream = open_stream(memory, false);
  const bool is_done = opj_setup_encoder(codec.get(), &parameters, picture.get()) &&
                       opj_start_compress(codec.get(), picture.get(), stream.get()) &&
                       opj_encode(codec.get(), stream.get()) && opj_end_compress(codec.get(), stream.get());
  stream.reset();
  if (!is_done) refuse("a frame cannot be compressed as JPEG 2000");
  return std::move(memory.out);
}

}  // namespace pgpacs::transcode
