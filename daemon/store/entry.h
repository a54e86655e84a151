// The database is told of a file that is in its place, whether it came just now or is there since long, and
// what the database wants to know of the file of the same UID that it has already is found out.
#pragma once

#include <functional>
#include <string_view>

#include "daemon/db/gateway.h"
#include "daemon/fault.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::store {

// Throws Failure unknown_transfer_syntax.
dicom::TransferSyntax syntax_of(std::string_view uid);

// Runs what may throw a Fault of the library and gives it words.
template <typename Work>
void with_failures(Work&& work) {
  try {
    work();
  } catch (const dicom::Fault& fault) {
    throw Failure{fault.code, message(fault)};
  }
}

// Writes the moment of the receipt into the file once more.
using Remark = std::function<void(db::Moment)>;

// The answer of the database, never `compare`. A file that was received just now may be given another moment
// before the database is asked again, so that the files alone tell which of two objects of one UID was first:
// `remark`, empty for a file that is not to be touched. Throws Failure.
db::IngestAnswer enter(FileStore& store, const dicom::Limits& limits, db::Gateway& gateway,
                       db::NewInstance instance, const Remark& remark);

}  // namespace pgpacs::store
