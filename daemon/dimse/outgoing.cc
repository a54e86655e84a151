#include "daemon/dimse/outgoing.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "daemon/dimse/edited.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;

constexpr std::size_t most_files = 8;
constexpr std::uint64_t most_bytes = 32 << 20;

store::Descriptor open_whole(const store::FileStore& store, const db::StoredInstance& object) {
  store::Descriptor file = store.open(object.file_id);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
  if (static_cast<std::uint64_t>(status.st_size) != object.file_size ||
      object.file_size < object.data_set_offset)
    throw Failure{FaultCode::file_missing, "a file of the store is not of the size that it was"};
  return file;
}

Outgoing transcode(transcode::Transcoder& transcoder, Requestor::Context context,
                   const db::StoredInstance& object, const store::Descriptor& file) {
  const transcode::Source source{file.get(), object.data_set_offset,
                                 object.file_size - object.data_set_offset, object.transfer_syntax_uid};
  transcode::TranscodedFile result = transcoder.transcode(source, context.transfer_syntax);
  return {std::move(context), std::move(result.file), 0, result.size};
}

template <typename Value>
std::future<Value> make_ready(Value value) {
  std::promise<Value> promise;
  promise.set_value(std::move(value));
  return promise.get_future();
}

template <typename Value>
std::future<Value> make_failed(std::exception_ptr error) {
  std::promise<Value> promise;
  promise.set_exception(std::move(error));
  return promise.get_future();
}

}  // namespace

dicom::Bytes Outgoing::read(std::span<std::byte> buffer) {
  std::size_t have = 0;
  for (; have < buffer.size() && piece_ < pieces_.size();) {
    Piece& piece = pieces_[piece_];
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size() - have, piece.size));
    const auto to = buffer.subspan(have, count);
    if (piece.is_of_file)
      read_exactly(file_.get(), piece.at, to);
    else
      std::memcpy(to.data(), bytes_.data() + piece.at, count);
    piece.at += count;
    piece.size -= count;
    have += count;
    if (piece.size == 0) ++piece_;
  }
  left_ -= have;
  return dicom::Bytes(buffer).first(have);
}

void Outgoing::add(Piece piece) {
  if (piece.size == 0) return;
  left_ += piece.size;
  pieces_.push_back(piece);
}

Outgoing Outgoing::edit(std::string_view edits, const dicom::Limits& limits) && {
  const std::uint64_t offset = pieces_.front().at;
  dicom::WrittenDataSet written =
      write_edited({file_.get(), offset, left_, context_.transfer_syntax}, edits, limits);
  Outgoing edited(std::move(context_), std::move(file_), 0, 0);
  edited.pieces_.clear();
  std::uint64_t from = 0;
  for (std::size_t i = 0; i < written.gaps.size(); ++i) {
    const dicom::Gap& gap = written.gaps[i];
    edited.add({false, from, gap.at - from});
    edited.add({true, offset + written.splices[i].from, gap.length});
    from = gap.at;
  }
  edited.add({false, from, written.bytes.size() - from});
  edited.bytes_ = std::move(written.bytes);
  return edited;
}

std::optional<Outgoing> ReadAhead::next() {
  fill();
  Ready ready = std::move(ready_.front());
  ready_.pop_front();
  bytes_ahead_ -= ready.bytes;
  return ready.outgoing.get();
}

// One file at least, whatever its size.
void ReadAhead::fill() {
  while (!order_.empty() && ready_.size() < most_files) {
    const db::StoredInstance& object = objects_[order_.front()];
    if (!ready_.empty() && bytes_ahead_ + object.file_size > most_bytes) return;
    order_ = order_.subspan(1);
    bytes_ahead_ += object.file_size;
    ready_.push_back({object.file_size, prepare(object)});
  }
}

std::future<std::optional<Outgoing>> ReadAhead::prepare(const db::StoredInstance& object) const {
  using Result = std::optional<Outgoing>;
  try {
    auto context = choose_(object);
    if (!context) return make_ready(Result{});
    store::Descriptor file = open_whole(source_.store, object);
    const std::uint64_t size = object.file_size - object.data_set_offset;
    // Advice only: what it answers changes nothing.
    ::posix_fadvise(file.get(), object.data_set_offset, static_cast<off_t>(size), POSIX_FADV_WILLNEED);
    const bool is_as_stored = context->transfer_syntax == object.transfer_syntax_uid;
    if (is_as_stored && !object.edits)
      return make_ready(Result{Outgoing(std::move(*context), std::move(file), object.data_set_offset, size)});
    return std::async(std::launch::async, [source = source_, context = std::move(*context), &object, size,
                                           is_as_stored, file = std::move(file)]() mutable {
      Outgoing outgoing = is_as_stored
                              ? Outgoing(std::move(context), std::move(file), object.data_set_offset, size)
                              : transcode(source.transcoder, std::move(context), object, file);
      if (object.edits) return Result{std::move(outgoing).edit(*object.edits, source.limits)};
      return Result{std::move(outgoing)};
    });
  } catch (...) {
    return make_failed<Result>(std::current_exception());
  }
}

}  // namespace pgpacs::dimse
