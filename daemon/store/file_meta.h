// File Meta Information of the store (PS3.10 7.1), written and read again. With it a file alone tells all
// that the database knows of it but what people decided: who sent it, when, and what its data set was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/db/gateway.h"
#include "daemon/store/digest.h"
#include "extension/dicom/bytes.h"
#include "extension/dicom/file_meta.h"

namespace pgpacs::store {

using dicom::FileMeta;

// What is known of a receipt when its last byte is there: our Private Information (0002,0102), by which a
// rebuild tells the order of receipts and whether the file is what it was. Written over the end of what
// make_marked_meta() gives.
struct ReceiptMark {
  db::Moment received_at = 0;
  Digest sha256{};  // of the data set
};

inline constexpr std::size_t mark_size = 8 + 32;  // the moment in little endian, the digest

// Preamble, prefix and group 0002 of an object that is received, its mark still empty.
std::string make_marked_meta(FileMeta meta);

std::string encode(const ReceiptMark& mark);

struct FoundFileMeta {
  FileMeta meta;
  std::optional<ReceiptMark> mark;  // nothing: another program's file, or one from before there were marks
  std::uint32_t size = 0;           // the data set follows
};

// Reads it from the beginning of a file; `bytes` hold all of it. The group length is believed: a data set may
// begin with elements of group 0002 that a device has put there. Throws dicom::Fault where it cannot be read.
FoundFileMeta read_file_meta(dicom::Bytes bytes);

// More than ours takes, and than others' files do.
inline constexpr std::size_t most_file_meta = 16 << 10;

}  // namespace pgpacs::store
