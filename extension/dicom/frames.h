// Where the frames of an object lie in its data set (PS3.3 C.7.6.6): by arithmetic where pixels are native
// (PS3.5 8.1.1), from offset tables or fragments where they are encapsulated (PS3.5 A.4).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "extension/dicom/defect.h"
#include "extension/dicom/fragments.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/pixel_description.h"

namespace pgpacs::dicom {

// Bytes of the data set. Native: those that hold a bit of the frame; a frame of one bit a pixel may begin and
// end inside a byte, which it then shares with its neighbour. Encapsulated: from the tag of the first
// fragment's item to the end of the last fragment, headers of items included.
struct Frame {
  std::uint64_t at;
  std::uint64_t length;
  bool operator==(const Frame&) const = default;
};

// What a pass over a header gathers: `see` each element outside sequences. The tables are views of its bytes.
struct FrameSource {
  PixelDescription pixels;
  Bytes extended_offsets;  // (7FE0,0001) and (7FE0,0002), PS3.3 C.7.6.3.1.8; little endian (PS3.5 A.4)
  Bytes extended_lengths;
  bool has_extended_table = false;

  void see(const Element& element);
};

// The frames, in order; fewer than Number of Frames says where native Pixel Data ends before, none where it
// is not known where they begin, and none of a video, which is one stream. A table that does not fit is not
// believed, and noted (bad_offset_table), as are fragments that cannot be told apart (bad_frame_count).
std::vector<Frame> find_frames(const FrameSource& source, const Fragments& fragments,
                               std::string_view transfer_syntax_uid, const Limits& limits, Defects& defects);

// What is known without a look at fragments: frames of native pixels, and the one of an encapsulated image.
// `pixels` says where Pixel Data lies, encapsulated ones without their basic offset table.
std::vector<Frame> derive_frames(const PixelDescription& pixels, std::string_view transfer_syntax_uid,
                                 const Limits& limits);

// Where the pixels themselves lie: of encapsulated ones the fragments, after the basic offset table.
PixelDescription without_offset_table(const PixelDescription& pixels, const Fragments& fragments);

}  // namespace pgpacs::dicom
