#include "extension/dicom/deflater.h"

#include <zlib.h>

#include <array>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

constexpr int raw_deflate = -15;  // windowBits: no zlib header
constexpr int memory_level = 8;   // zlib's own default

}  // namespace

struct Deflater::State {
  z_stream stream{};
  ~State() { deflateEnd(&stream); }
};

Deflater::Deflater() : state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_deflate, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw Fault{FaultCode::out_of_resources, "no memory to deflate a data set"};
}

Deflater::~Deflater() = default;

void Deflater::feed(Bytes bytes, bool is_last, std::vector<std::byte>& out) {
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<std::byte, 16384> piece;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH);
    out.insert(out.end(), piece.data(), piece.data() + (piece.size() - stream.avail_out));
  } while (stream.avail_out == 0);
  if (is_last && stream.total_out % 2 != 0) out.push_back(std::byte{0});
}

}  // namespace pgpacs::dicom
