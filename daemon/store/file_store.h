// A store of files on a local disk. A file's name is a random id of this receipt, never made of what a sender
// says: ROOT/ab/cd/abcd….dcm. Written to ROOT/incoming first, then given its name (DESIGN: Ingest, steps 1
// and 2). Errors are thrown as Failure out_of_resources with the system's words where nothing else is said.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/db/gateway.h"
#include "extension/dicom/bytes.h"

namespace pgpacs::store {

// In the store's folder: what is being received.
inline constexpr char incoming_folder[] = "incoming";

// 128 bits, printed as a UUID.
struct FileId {
  std::array<unsigned char, 16> bytes;
  std::string text() const;
};

// From its text form, lower case; nothing where it is another text.
std::optional<FileId> parse_file_id(std::string_view text);

// An open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  // For who closes it himself.
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

class FileStore;

// What may fill the store. The cluster often lies in the same file system, and PostgreSQL stops where it
// cannot write its WAL: what is left to it is no receipt's.
struct Bounds {
  std::uint64_t reserve = 0;  // bytes of the file system that stay free
  std::uint64_t object_bytes = std::numeric_limits<std::uint64_t>::max();
};

// A folder of receipts: two bytes of their ids, and the descriptor to sync.
struct Folder {
  std::array<unsigned char, 2> bytes;
  Descriptor fd;
};

// A file that is being received. It goes with this object unless keep() was called: from then on a row may
// name it, also where the answer to COMMIT was lost, and only the database may say that it goes.
class IncomingFile {
 public:
  ~IncomingFile();
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;

  // Throws Failure too_large beyond the bound of one object.
  void write(dicom::Bytes bytes);
  std::uint64_t size() const { return size_; }

  // Writes over what is there already: at most the file meta information.
  void write_over(std::uint64_t at, dicom::Bytes bytes);

  // Puts what was written over on the disk, once the file has its name.
  void sync_again();

  // fsync, final name without replacing, fsync of the folder: then the file is there after a power cut.
  void place();

  void keep() { is_kept_ = true; }
  // For certain no row names it.
  void let_go() { is_kept_ = false; }

  const FileId& id() const { return id_; }

 private:
  friend class FileStore;
  IncomingFile(FileStore& store, std::shared_ptr<const Folder> folder);

  FileStore& store_;
  std::shared_ptr<const Folder> folder_;
  FileId id_;
  std::string incoming_name_;
  Descriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t started_writeback_ = 0;
  bool is_placed_ = false;
  bool is_kept_ = false;
};

class FileStore {
 public:
  FileStore(std::int16_t store_id, std::filesystem::path root, Bounds bounds = {});

  IncomingFile receive() { return IncomingFile(*this, current_folder()); }
  Descriptor open(std::string_view file_id) const;  // the text form; throws Failure file_missing
  std::int16_t id() const { return store_id_; }

  // While this object lives, one kind of program works on the files: daemons that serve them, or a rebuild,
  // alone. Throws Failure where the other kind does.
  void hold_for_serving() const;
  void hold_for_rebuild() const;

  // The moment of a receipt: later than any that was given out before, whatever is done to the clock.
  db::Moment next_moment();

  const std::filesystem::path& root() const { return root_; }

  // The daemon goes down: what reads files again, which takes as long as they are large, gives up after a
  // while (stored_file.h).
  void stop(std::chrono::seconds grace) { gives_up_at_ = std::chrono::steady_clock::now() + grace; }
  bool gives_up() const { return std::chrono::steady_clock::now() >= gives_up_at_.load(); }

  // Removes what receipts that never ended left behind more than an hour ago; returns how many files.
  std::size_t sweep_incoming();

 private:
  friend class IncomingFile;

  std::shared_ptr<const Folder> current_folder();
  void check_reserve() const;

  std::int16_t store_id_;
  std::filesystem::path root_;
  Bounds bounds_;
  std::atomic<std::chrono::steady_clock::time_point> gives_up_at_ =
      std::chrono::steady_clock::time_point::max();
  Descriptor root_fd_;
  Descriptor incoming_fd_;
  std::mutex mutex_;
  db::Moment last_moment_ = 0;
  std::shared_ptr<const Folder> folder_;  // of the receipts of now
  unsigned receipts_in_folder_ = 0;
};

}  // namespace pgpacs::store
