// Digest of what an object says, whatever transfer syntax it came in: tells a re-sent object from another one
// of the same UID. Made only when a UID is known already, which spares every other object a second pass.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/store/digest.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::store {

struct ContentSource {
  const FileStore* store;
  std::string file_id;
  std::uint64_t data_set_offset;
  dicom::TransferSyntax syntax;
};

// Reads the file twice, in bounded memory. Throws Failure: file_missing, or what is wrong with the data set.
Digest content_digest(const ContentSource& source, const dicom::Limits& limits);

}  // namespace pgpacs::store
