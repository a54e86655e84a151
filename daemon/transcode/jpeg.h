// JPEG (PS3.5 A.4.1) by DCMTK's codecs: baseline, extended, progressive (retired) and lossless.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

// Luma and chroma of a lossy codestream become RGB where `to_rgb`, else samples stay what they are. Throws
// Fault not_transcodable for a codestream that is not of this image, and for one that the decoder does not
// get through without a warning: it would go on with grey.
void decode_jpeg(Bytes codestream, const Image& image, bool to_rgb, std::span<std::byte> cells);

// Lossless, first-order prediction (process 14, selection value 1), all bits of a cell.
Buffer encode_jpeg_lossless(Bytes cells, const Image& image, bool is_ybr);

}  // namespace pgpacs::transcode
