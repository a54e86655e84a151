#include "daemon/store/stored_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "daemon/fault.h"

namespace pgpacs::store {
namespace {

using dicom::Bytes;
using dicom::FaultCode;

constexpr std::size_t piece_size = 1 << 20;

[[noreturn]] void fail() {
  throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
}

}  // namespace

StoredFile::StoredFile(const FileStore& store, std::string_view file_id)
    : store_(store), file_(store.open(file_id)), piece_(piece_size) {}

std::uint64_t StoredFile::size() const {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) fail();
  return static_cast<std::uint64_t>(status.st_size);
}

Bytes StoredFile::read(std::uint64_t at, std::uint64_t most) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece_.size(), most));
  for (;;) {
    if (store_.gives_up()) throw Failure{FaultCode::out_of_resources, "the daemon is going down"};
    const ssize_t count = ::pread(file_.get(), piece_.data(), wanted, static_cast<off_t>(at));
    if (count >= 0) return Bytes(piece_).first(static_cast<std::size_t>(count));
    if (errno != EINTR) fail();
  }
}

void StoredFile::give(std::uint64_t from, std::uint64_t to, const std::function<void(Bytes)>& sink) {
  while (from < to) {
    const Bytes piece = read(from, to - from);
    if (piece.empty()) throw Failure{FaultCode::file_missing, "a file of the store is shorter than it was"};
    sink(piece);
    from += piece.size();
  }
}

bool is_intact(const FileStore& store, std::string_view file_id, std::uint64_t file_size,
               std::uint64_t data_set_offset, const Digest& sha256) {
  try {
    StoredFile file(store, file_id);
    if (file.size() != file_size) return false;
    Sha256 digest;
    file.give(data_set_offset, file_size, [&](Bytes piece) { digest.add(piece); });
    return digest.finish() == sha256;
  } catch (const Failure& failure) {
    if (failure.code != FaultCode::file_missing) throw;
    return false;
  }
}

}  // namespace pgpacs::store
