// RLE Compression (PS3.5 annex G): byte segments, the most significant bytes of the first sample first.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

// Throws Fault not_transcodable where the segments are not those of this image, or one is not of its size.
void decode_rle(Bytes codestream, const Image& image, std::span<std::byte> cells);

// One frame. Throws Fault not_transcodable where it would take more than 15 segments.
Buffer encode_rle(Bytes cells, const Image& image);

}  // namespace pgpacs::transcode
