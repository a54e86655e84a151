#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace pgpacs::test {

// A raw deflate stream (PS3.5 A.5), or one with the header of zlib, which DICOM does not want.
inline std::string deflate(std::string_view bytes, bool has_header = false) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, has_header ? 15 : -15, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace pgpacs::test
