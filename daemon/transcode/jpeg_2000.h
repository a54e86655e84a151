// JPEG 2000 and HTJ2K (PS3.5 A.4.4) by OpenJPEG.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

// Multi-component transformations are turned back. Throws Fault not_transcodable for a codestream that is
// broken or not of this image.
void decode_jpeg_2000(Bytes codestream, const Image& image, std::span<std::byte> cells);

// Reversible, without a multi-component transformation, so that Photometric Interpretation stays.
Buffer encode_jpeg_2000(Bytes cells, const Image& image);

}  // namespace pgpacs::transcode
