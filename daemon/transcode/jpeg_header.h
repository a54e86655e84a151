// The frame header of a JPEG codestream (ISO/IEC 10918-1 B.2.2), read before a decoder is let loose on it.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

struct JpegHeader {
  CodestreamShape shape;
  bool is_lossless = false;    // process 14
  bool is_subsampled = false;  // components of different sizes
};

// Throws Fault not_transcodable where there is none, or one of a process that we have no decoder for
// (hierarchical, arithmetic coding).
JpegHeader read_jpeg_header(Bytes codestream);

}  // namespace pgpacs::transcode
