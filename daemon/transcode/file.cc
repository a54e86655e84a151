#include "daemon/transcode/file.h"

#include <unistd.h>

#include <cerrno>

#include "extension/dicom/fault.h"

namespace pgpacs::transcode {

using dicom::Fault;
using dicom::FaultCode;

void Input::read(std::uint64_t at, std::span<std::byte> to) const {
  if (at > size_ || to.size() > size_ - at)
    throw Fault{FaultCode::truncated, "a place is beyond the end of the data set"};
  while (!to.empty()) {
    const ssize_t count = ::pread(file_, to.data(), to.size(), static_cast<off_t>(offset_ + at));
    if (count == 0) throw Fault{FaultCode::file_missing, "a file of the store is shorter than it was"};
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Fault{FaultCode::file_missing, "a file of the store cannot be read"};
    to = to.subspan(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
}

void Output::write(Bytes bytes) {
  if (buffer_.size() + bytes.size() > buffer_size) flush();
  if (bytes.size() < buffer_size) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return;
  }
  write_at(written_, bytes);
  written_ += bytes.size();
}

void Output::write_over(std::uint64_t at, Bytes bytes) {
  flush();
  write_at(at, bytes);
}

void Output::flush() {
  write_at(written_, buffer_);
  written_ += buffer_.size();
  buffer_.clear();
}

void Output::write_at(std::uint64_t at, Bytes bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EFBIG)
      throw Fault{FaultCode::too_large, "the object becomes larger than the limit"};
    if (count <= 0) throw Fault{FaultCode::out_of_resources, "the result cannot be written"};
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
}

}  // namespace pgpacs::transcode
