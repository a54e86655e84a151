// dicom.keyed_digest and dicom.key_generation: HMAC-SHA256 with keys that only files hold.
#include <dirent.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "extension/pg/border.h"
#include "extension/pg/settings.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_keyed_digest);
PG_FUNCTION_INFO_V1(pgpacs_key_generation);
}

namespace pgpacs::pg {
namespace {

using dicom::Fault;
using dicom::FaultCode;

constexpr std::size_t shortest_key = 32;
constexpr std::size_t longest_key = 4096;
constexpr std::size_t digest_size = 32;

// A file descriptor that closes itself.
class File {
 public:
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Key bytes that are wiped when they go.
struct Key {
  std::array<unsigned char, longest_key> bytes;
  std::size_t size = 0;
  ~Key() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

void check_name(std::string_view name) {
  const bool is_plain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
  if (name.empty() || name.size() > 64 || !is_plain)
    throw Fault{FaultCode::bad_argument, "a key's name has lower-case letters, digits, - and _"};
}

std::string folder() {
  std::string path = key_directory();
  if (path.empty()) throw Fault{FaultCode::no_key, "pgpacs.key_directory is not set"};
  return path;
}

void read_key(std::string_view name, int generation, Key& key) {
  check_name(name);
  const File file(folder() + "/" + std::string(name) + "." + std::to_string(generation));
  struct stat status;
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    throw Fault{FaultCode::no_key, "the key file is missing or cannot be read"};
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
    throw Fault{FaultCode::open_key, "the key file must belong to the server's user, with mode 600"};
  const ssize_t size = ::read(file.get(), key.bytes.data(), key.bytes.size());
  if (size < static_cast<ssize_t>(shortest_key))
    throw Fault{FaultCode::no_key, "the key file is shorter than 32 bytes"};
  key.size = static_cast<std::size_t>(size);
}

void digest(std::string_view name, int generation, std::string_view message, unsigned char* out) {
  Key key;
  read_key(name, generation, key);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.size),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), out, &size) == nullptr ||
      size != digest_size)
    throw Fault{FaultCode::out_of_resources, "the digest could not be made"};
}

// The highest N of the files NAME.N.
int newest_generation(std::string_view name) {
  check_name(name);
  const std::string path = folder();
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) throw Fault{FaultCode::no_key, "the key folder cannot be read"};
  const std::string prefix = std::string(name) + ".";
  int newest = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view file = entry->d_name;
    if (!file.starts_with(prefix)) continue;
    int generation = 0;
    const auto [end, error] =
        std::from_chars(file.data() + prefix.size(), file.data() + file.size(), generation);
    if (error == std::errc{} && end == file.data() + file.size() && generation > newest) newest = generation;
  }
  ::closedir(directory);
  if (newest == 0) throw Fault{FaultCode::no_key, "there is no key of this name"};
  return newest;
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs::pg;

// dicom.keyed_digest(key_name text, generation int, message bytea) returns bytea
Datum pgpacs_keyed_digest(PG_FUNCTION_ARGS) {
  const text* name = PG_GETARG_TEXT_PP(0);
  const int generation = PG_GETARG_INT32(1);
  const bytea* message = PG_GETARG_BYTEA_PP(2);
  unsigned char bytes[digest_size];
  raise_unless_ok(protect([&] {
    digest({VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)}, generation,
           {VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message)}, bytes);
  }));
  auto* result = static_cast<bytea*>(palloc(VARHDRSZ + sizeof bytes));
  SET_VARSIZE(result, VARHDRSZ + sizeof bytes);
  memcpy(VARDATA(result), bytes, sizeof bytes);
  PG_RETURN_BYTEA_P(result);
}

// dicom.key_generation(key_name text) returns int
Datum pgpacs_key_generation(PG_FUNCTION_ARGS) {
  const text* name = PG_GETARG_TEXT_PP(0);
  int newest = 0;
  raise_unless_ok(protect([&] { newest = newest_generation({VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)}); }));
  PG_RETURN_INT32(newest);
}
