// A data set on its way out with edits made (docs/rewrite.md): its header in memory, its large values where
// they lie in the file.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "extension/dicom/limits.h"
#include "extension/dicom/writer.h"

namespace pgpacs::dimse {

// The bytes [at, at + size) of an open file, which stays the caller's: a data set in this transfer syntax.
struct DataSetPlace {
  int file = -1;
  std::uint64_t at = 0, size = 0;
  std::string_view transfer_syntax_uid;
};

// Bytes of a file. Throws Failure file_missing where they are not there.
void read_exactly(int file, std::uint64_t at, std::span<std::byte> to);

// `edits` as JSON: one set on each line, of which the first is made that the data set's character set can
// hold. Throws Failure: what the reader and the writer refuse, not_transcodable for a deflated data set. The
// words name tags, and no values.
dicom::WrittenDataSet write_edited(const DataSetPlace& place, std::string_view edits,
                                   const dicom::Limits& limits);

}  // namespace pgpacs::dimse
