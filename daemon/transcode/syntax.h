// Which transfer syntaxes we can read and write pixels of, and the ways between them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pgpacs::transcode {

enum class Coding : std::uint8_t {
  native,        // implicit or explicit VR, little or big endian
  deflated,      // the whole data set
  uncompressed,  // fragments of native frames (PS3.5 A.4.11)
  rle,
  jpeg,
  jpeg_ls,
  jpeg_2000,  // HTJ2K too
  other,      // video, JPIP, what we do not know
};

Coding coding_of(std::string_view transfer_syntax_uid);

// Whether every codestream of an encapsulated syntax gives back what was put in.
bool is_lossless(std::string_view transfer_syntax_uid);

// Encapsulated, lossless, and ours to write.
bool can_encode(std::string_view transfer_syntax_uid);

// The syntaxes on the way from one to another, the last one included: one step where a worker can do it at
// once, two by way of explicit VR little endian. Empty where there is no way, or nothing to do.
std::vector<std::string_view> route(std::string_view from, std::string_view to);

}  // namespace pgpacs::transcode
