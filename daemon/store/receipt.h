// One object on its way in, whatever door it came through: file, digest and header in one pass over the
// bytes, then the database (DESIGN: Ingest). Throws Failure where the object or we are at fault.
#pragma once

#include <cstdint>

#include "daemon/db/gateway.h"
#include "daemon/store/digest.h"
#include "daemon/store/file_meta.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/header_scanner.h"

namespace pgpacs::store {

class Receipt {
 public:
  // Begins the file with preamble and file meta information (PS3.10 7.1).
  Receipt(FileStore& store, const dicom::Limits& limits, FileMeta meta);

  // The next bytes of the data set.
  void add(dicom::Bytes bytes);

  // The data set is over: makes the file durable, then tells the database. The file is gone afterwards
  // unless a row names it or may name it.
  db::IngestAnswer finish(db::Gateway& gateway, std::int64_t transfer_id);

  std::uint64_t size() const { return file_.size(); }

 private:
  db::IngestAnswer enter_or_let_go(db::Gateway& gateway, const db::NewInstance& instance);
  void mark(db::Moment received_at);

  FileStore& store_;
  dicom::Limits limits_;
  FileMeta meta_;
  IncomingFile file_;
  Sha256 sha256_;
  dicom::HeaderScanner scanner_;
  Digest digest_{};
  std::uint32_t data_set_offset_ = 0;
};

}  // namespace pgpacs::store
