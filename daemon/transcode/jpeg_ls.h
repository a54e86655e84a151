// JPEG-LS (PS3.5 A.4.3) by CharLS: lossless, and near-lossless to be read.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

// Throws Fault not_transcodable for a codestream that is broken or not of this image.
void decode_jpeg_ls(Bytes codestream, const Image& image, std::span<std::byte> cells);

// Lossless, of Bits Stored where the cells hold no more, else of all their bits.
Buffer encode_jpeg_ls(Bytes cells, const Image& image);

}  // namespace pgpacs::transcode
