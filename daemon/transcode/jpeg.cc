#include "daemon/transcode/jpeg.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <dcmtk/dcmjpeg/djdijg8.h>
#include <dcmtk/dcmjpeg/djeijg16.h>
#include <dcmtk/dcmjpeg/djeijg8.h>

#include <limits>
#include <memory>

#include "daemon/transcode/jpeg_header.h"
#include "daemon/transcode/jpeg_warnings.h"

namespace pgpacs::transcode {
namespace {

// Colours are turned where the caller says that they are luma and chroma, not where DCMTK guesses so.
const DJCodecParameter& parameters() {
  static const DJCodecParameter kept(ECC_lossyYCbCr, EDC_photometricInterpretation, EUC_never,
                                     EPC_colorByPixel);
  return kept;
}

template <typename Decoder>
void decode_with(Bytes codestream, bool is_ybr, bool is_signed, Buffer& decoded) {
  static const JpegWarnings warnings;
  const unsigned before = warnings.count();
  Decoder decoder(parameters(), is_ybr);
  // DCMTK does not write to what it reads, and takes no const.
  auto* from = reinterpret_cast<Uint8*>(const_cast<std::byte*>(codestream.data()));
  auto* to = reinterpret_cast<Uint8*>(decoded.data());
  const bool is_done = decoder.init().good() && decoder
                                                    .decode(from, static_cast<Uint32>(codestream.size()), to,
                                                            static_cast<Uint32>(decoded.size()), is_signed)
                                                    .good();
  if (!is_done || warnings.count() != before) refuse("a JPEG codestream is broken");
}

void check_size(std::size_t size) {
  if (size > std::numeric_limits<Uint32>::max()) refuse("a frame is larger than its codec takes");
}

template <typename Encoder, typename Sample>
Buffer encode_with(Bytes cells, const Image& image, EP_Interpretation interpretation) {
  Encoder encoder(parameters(), EJM_lossless, 1, 0);
  auto* from = reinterpret_cast<Sample*>(const_cast<std::byte*>(cells.data()));
  Uint8* to = nullptr;
  Uint32 length = 0;
  const OFCondition done =
      encoder.encode(static_cast<Uint16>(image.columns), static_cast<Uint16>(image.rows), interpretation,
                     static_cast<Uint16>(image.samples), from, to, length);
  const std::unique_ptr<Uint8[]> owned(to);
  if (done.bad() || to == nullptr) refuse("a frame cannot be compressed as JPEG");
  const auto* bytes = reinterpret_cast<const std::byte*>(to);
  return {bytes, bytes + length};
}

}  // namespace

void decode_jpeg(Bytes codestream, const Image& image, bool to_rgb, std::span<std::byte> cells) {
  const JpegHeader header = read_jpeg_header(codestream);
  check_shape(header.shape, image);
  const std::uint32_t precision = header.shape.precision;
  if (header.is_subsampled && !to_rgb) refuse("a JPEG codestream leaves out samples of what is no chroma");
  if (header.is_lossless && to_rgb) refuse("a JPEG codestream is lossless in a lossy transfer syntax");
  check_size(codestream.size());
  check_size(image.sample_count() * 2);
  Buffer decoded(image.sample_count() * (precision > 8 ? 2 : 1));
  if (precision > 12)
    decode_with<DJDecompressIJG16Bit>(codestream, to_rgb, image.is_signed, decoded);
  else if (precision > 8)
    decode_with<DJDecompressIJG12Bit>(codestream, to_rgb, image.is_signed, decoded);
  else
    decode_with<DJDecompressIJG8Bit>(codestream, to_rgb, image.is_signed, decoded);
  store_samples(decoded, precision, image, cells);
}

Buffer encode_jpeg_lossless(Bytes cells, const Image& image, bool is_ybr) {
  const EP_Interpretation interpretation =
      image.samples == 1 ? EPI_Monochrome2 : (is_ybr ? EPI_YBR_Full : EPI_RGB);
  check_size(cells.size());
  return image.sample_bytes() == 1 ? encode_with<DJCompressIJG8Bit, Uint8>(cells, image, interpretation)
                                   : encode_with<DJCompressIJG16Bit, Uint16>(cells, image, interpretation);
}

}  // namespace pgpacs::transcode
