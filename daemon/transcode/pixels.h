// Pixel Data of one object, from one coding to another, a frame at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/transcode/file.h"
#include "daemon/transcode/syntax.h"
#include "extension/dicom/frames.h"

namespace pgpacs::transcode {

// What the attributes are to say once the pixels lie anew.
struct PixelChange {
  std::optional<std::string> photometric_interpretation{};
  bool is_colour_by_pixel = false;  // Planar Configuration 0
};

// Where the pixels lie and how they are to be read. Throws Fault not_transcodable where their description
// cannot be followed.
class Pixels {
 public:
  // `frames` as find_frames gives them.
  Pixels(const Input& input, const dicom::PixelDescription& description, std::vector<dicom::Frame> frames,
         std::string_view transfer_syntax_uid);

  // Of decoding: of the lossy JPEG colours, and of JPEG 2000's transformed ones, there are only red, green
  // and blue; of chroma that was left out, all (PS3.3 C.7.6.3.1.2).
  PixelChange decoding() const;
  // Native, in `length()` bytes, an even number. Throws Fault too_large.
  std::uint32_t length() const;
  void decode(Output& output) const;

  PixelChange encoding() const;
  // Fragments, one for each frame, with an offset table, up to the delimiter.
  void encode(std::string_view to, Output& output) const;

 private:
  Buffer frame(const dicom::Frame& frame) const;
  void decode_frame(Bytes codestream, std::span<std::byte> cells) const;
  Buffer encode_frame(Bytes cells, Coding coding) const;
  bool is_ybr() const;

  const Input& input_;
  std::vector<dicom::Frame> frames_;
  Image image_;
  Coding coding_;
  bool is_lossy_jpeg_;
  bool is_planar_;
  std::string photometric_interpretation_;
};

}  // namespace pgpacs::transcode
