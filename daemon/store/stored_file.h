// A file of the store as it is read again: through one buffer, in pieces, until the store gives up.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "daemon/store/digest.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/bytes.h"

namespace pgpacs::store {

class StoredFile {
 public:
  // Throws Failure file_missing where it cannot be opened.
  StoredFile(const FileStore& store, std::string_view file_id);

  std::uint64_t size() const;

  // At most `most` bytes from `at`, valid until the next call; none at the end of the file. Throws Failure:
  // file_missing where they cannot be read, out_of_resources where the daemon goes down.
  dicom::Bytes read(std::uint64_t at, std::uint64_t most);

  // Gives [from, to) in pieces; throws Failure file_missing where the file is shorter.
  void give(std::uint64_t from, std::uint64_t to, const std::function<void(dicom::Bytes)>& sink);

 private:
  const FileStore& store_;
  Descriptor file_;
  std::vector<std::byte> piece_;
};

// Whether a file is there and is what it was: of its size, with the digest of its data set. Throws Failure
// out_of_resources where that cannot be told now.
bool is_intact(const FileStore& store, std::string_view file_id, std::uint64_t file_size,
               std::uint64_t data_set_offset, const Digest& sha256);

}  // namespace pgpacs::store
