#include "extension/dicom/inflater.h"

#include <zlib.h>

#include <array>

#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

constexpr int raw_deflate = -15;                // windowBits: no zlib header
constexpr std::uint64_t free_output = 1 << 20;  // what even the shortest stream may inflate to

}  // namespace

struct Inflater::State {
  z_stream stream{};
  std::array<std::byte, 16384> piece;
  ~State() { inflateEnd(&stream); }
};

Inflater::Inflater(const Limits& limits) : state_(std::make_unique<State>()), ratio_(limits.inflate_ratio) {
  if (inflateInit2(&state_->stream, raw_deflate) != Z_OK)
    throw Fault{FaultCode::out_of_resources, "no memory to inflate a deflated data set"};
}

Inflater::~Inflater() = default;

void Inflater::feed(Bytes deflated, const Output& output) {
  give(deflated);
  for (Bytes piece = next(); !piece.empty(); piece = next()) output(piece);
}

void Inflater::give(Bytes deflated) {
  state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
  state_->stream.avail_in = static_cast<uInt>(deflated.size());
}

Bytes Inflater::next() {
  if (is_finished_) return {};  // padding to even length (PS3.5 A.5)
  z_stream& stream = state_->stream;
  std::array<std::byte, 16384>& piece = state_->piece;
  stream.next_out = reinterpret_cast<Bytef*>(piece.data());
  stream.avail_out = piece.size();
  const int result = inflate(&stream, Z_NO_FLUSH);
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
    throw Fault{FaultCode::bad_structure, "the deflated data set is broken"};
  if (stream.total_out > free_output + std::uint64_t{stream.total_in} * ratio_)
    throw Fault{FaultCode::too_large, "the deflated data set grows beyond the limit"};
  is_finished_ = result == Z_STREAM_END;
  return Bytes(piece.data(), piece.size() - stream.avail_out);
}

}  // namespace pgpacs::dicom
