#include "daemon/store/file_store.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "daemon/fault.h"

namespace pgpacs::store {
namespace {

using dicom::FaultCode;

// Receipts share a folder for a while: its fsync is then shared too, and a series lies together.
constexpr unsigned receipts_per_folder = 1024;
// The reserve is looked at as often: what 64 associations write between two looks is a quarter of its
// default.
constexpr std::uint64_t writeback_step = 8 << 20;

[[noreturn]] void fail(const char* what) {
  throw Failure{FaultCode::out_of_resources, std::string(what) + ": " + std::strerror(errno)};
}

void fill_random(void* to, std::size_t size) {
  if (::getrandom(to, size, 0) != static_cast<ssize_t>(size)) fail("random numbers");
}

void sync(int fd, const char* what) {
  if (::fsync(fd) != 0) fail(what);
}

// A folder below `parent`, on the disk when this returns: whoever else made it a moment ago may not have come
// to its fsync yet.
Descriptor open_or_make(int parent, const char* name) {
  if (::mkdirat(parent, name, 0700) != 0 && errno != EEXIST) fail("making a folder of the store");
  sync(parent, "fsync of a folder of the store");
  Descriptor folder(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) fail("opening a folder of the store");
  return folder;
}

std::string hex(const unsigned char* bytes, std::size_t count) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string file_name(std::string_view file_id) {
  return std::string(file_id) + ".dcm";
}

}  // namespace

std::string FileId::text() const {
  const std::string h = hex(bytes.data(), bytes.size());
  return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" +
         h.substr(20);
}

std::optional<FileId> parse_file_id(std::string_view text) {
  FileId id{};
  if (text.size() != 36) return std::nullopt;
  std::size_t digits = 0;
  for (const char c : text) {
    const int value = hex_value(c);
    if (value < 0 || digits == 32) continue;
    unsigned char& byte = id.bytes[digits++ / 2];
    byte = static_cast<unsigned char>(byte << 4 | value);
  }
  // As text() writes it and no other way: hyphens in their places.
  return id.text() == text ? std::optional(id) : std::nullopt;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

FileStore::FileStore(std::int16_t store_id, std::filesystem::path root, Bounds bounds)
    : store_id_(store_id), root_(std::move(root)), bounds_(bounds) {
  root_fd_ = Descriptor(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_fd_) fail(("the store " + root_.string()).c_str());
  incoming_fd_ = open_or_make(root_fd_.get(), incoming_folder);
}

// On the folder itself: nothing that can be left behind.
void FileStore::hold_for_serving() const {
  if (::flock(root_fd_.get(), LOCK_SH | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) fail("locking the store");
  throw Failure{FaultCode::out_of_resources, "the store is being reindexed: start pacsd when that is over"};
}

void FileStore::hold_for_rebuild() const {
  if (::flock(root_fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) fail("locking the store");
  throw Failure{FaultCode::out_of_resources,
                "pacsd serves this store, or reindexes it already: stop it first"};
}

db::Moment FileStore::next_moment() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::scoped_lock lock(mutex_);
  last_moment_ = std::max<db::Moment>(std::chrono::duration_cast<std::chrono::microseconds>(now).count(),
                                      last_moment_ + 1);
  return last_moment_;
}

std::shared_ptr<const Folder> FileStore::current_folder() {
  const std::scoped_lock lock(mutex_);
  if (receipts_in_folder_ == 0) {
    auto folder = std::make_shared<Folder>();
    fill_random(folder->bytes.data(), folder->bytes.size());
    const Descriptor outer = open_or_make(root_fd_.get(), hex(folder->bytes.data(), 1).c_str());
    folder->fd = open_or_make(outer.get(), hex(folder->bytes.data() + 1, 1).c_str());
    folder_ = std::move(folder);
  }
  receipts_in_folder_ = (receipts_in_folder_ + 1) % receipts_per_folder;
  return folder_;
}

void FileStore::check_reserve() const {
  struct statvfs status {};
  if (::fstatvfs(incoming_fd_.get(), &status) != 0) fail("asking for the free space of the store");
  if (std::uint64_t{status.f_bavail} * status.f_frsize < bounds_.reserve)
    throw Failure{FaultCode::out_of_resources, "the store is full: what is free is the reserve"};
}

Descriptor FileStore::open(std::string_view file_id) const {
  if (file_id.size() < 4) throw Failure{FaultCode::file_missing, "no id of a file of the store"};
  const std::string path =
      std::string(file_id.substr(0, 2)) + "/" + std::string(file_id.substr(2, 2)) + "/" + file_name(file_id);
  Descriptor file(::openat(root_fd_.get(), path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file) return file;
  // Ours, and no word about the file.
  if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) fail("opening a file of the store");
  throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
}

std::size_t FileStore::sweep_incoming() {
  const auto oldest = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root_ / incoming_folder)) {
    std::error_code error;
    if (entry.last_write_time(error) < oldest && !error && std::filesystem::remove(entry.path(), error))
      ++count;
  }
  return count;
}

IncomingFile::IncomingFile(FileStore& store, std::shared_ptr<const Folder> folder)
    : store_(store), folder_(std::move(folder)) {
  store.check_reserve();
  fill_random(id_.bytes.data(), id_.bytes.size());
  std::copy(folder_->bytes.begin(), folder_->bytes.end(), id_.bytes.begin());
  incoming_name_ = id_.text();
  file_ = Descriptor(::openat(store.incoming_fd_.get(), incoming_name_.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file_) fail("making a file of the store");
}

IncomingFile::~IncomingFile() {
  if (is_kept_) return;
  if (is_placed_)
    ::unlinkat(folder_->fd.get(), file_name(incoming_name_).c_str(), 0);
  else if (file_)
    ::unlinkat(store_.incoming_fd_.get(), incoming_name_.c_str(), 0);
}

void IncomingFile::write(dicom::Bytes bytes) {
  if (bytes.size() > store_.bounds_.object_bytes - size_)
    throw Failure{FaultCode::too_large, "the object is larger than the limit"};
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing to the store");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  // A large object goes to the disk as it comes, so that its fsync does not wait for gigabytes.
  if (size_ - started_writeback_ >= writeback_step) {
    store_.check_reserve();
    ::sync_file_range(file_.get(), static_cast<off64_t>(started_writeback_),
                      static_cast<off64_t>(size_ - started_writeback_), SYNC_FILE_RANGE_WRITE);
    started_writeback_ = size_;
  }
}

void IncomingFile::write_over(std::uint64_t at, dicom::Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing to the store");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
}

void IncomingFile::sync_again() {
  sync(file_.get(), "fsync of a file of the store");
}

void IncomingFile::place() {
  sync(file_.get(), "fsync of a file of the store");
  if (::syscall(SYS_renameat2, store_.incoming_fd_.get(), incoming_name_.c_str(), folder_->fd.get(),
                file_name(incoming_name_).c_str(), RENAME_NOREPLACE) != 0)
    fail("naming a file of the store");
  is_placed_ = true;
  sync(folder_->fd.get(), "fsync of a folder of the store");
}

}  // namespace pgpacs::store
