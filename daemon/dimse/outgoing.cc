#include "daemon/dimse/outgoing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

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
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
  for (std::size_t have = 0; have < wanted;) {
    const ssize_t count =
        ::pread(file_.get(), buffer.data() + have, wanted - have, static_cast<off_t>(at_ + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
    if (count == 0) throw Failure{FaultCode::file_missing, "a file of the store is shorter than it was"};
    have += static_cast<std::size_t>(count);
  }
  at_ += wanted;
  left_ -= wanted;
  return dicom::Bytes(buffer).first(wanted);
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
    if (context->transfer_syntax == object.transfer_syntax_uid)
      return make_ready(Result{Outgoing(std::move(*context), std::move(file), object.data_set_offset, size)});
    return std::async(std::launch::async, [&transcoder = source_.transcoder, context = std::move(*context),
                                           &object, file = std::move(file)]() mutable {
      return Result{transcode(transcoder, std::move(context), object, file)};
    });
  } catch (...) {
    return make_failed<Result>(std::current_exception());
  }
}

}  // namespace pgpacs::dimse
