// One object on its way in, whatever door it came through: file, digest and header in one pass over the
// bytes, then the database (DESIGN: Ingest). Throws Failure where the object or we are at fault.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/db/gateway.h"
#include "daemon/store/digest.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/header_scanner.h"

namespace pgpacs::store {

class Receipt {
 public:
  // Begins the file with preamble and file meta information (PS3.10 7.1) for these UIDs.
  Receipt(FileStore& store, const dicom::Limits& limits, std::string_view sop_class_uid,
          std::string_view sop_instance_uid, std::string_view transfer_syntax_uid);

  // The next bytes of the data set.
  void add(dicom::Bytes bytes);

  // The data set is over: makes the file durable, then tells the database. The file is gone afterwards
  // unless a row names it or may name it.
  db::IngestAnswer finish(db::Gateway& gateway, std::int64_t transfer_id);

  std::uint64_t size() const { return file_.size(); }

 private:
  db::IngestAnswer ingest(db::Gateway& gateway, const db::NewInstance& instance,
                          const std::optional<db::Finding>& finding);
  std::optional<db::Finding> look_at_known(const db::NewInstance& instance, const Digest& sha256,
                                           const db::IngestAnswer& answer,
                                           const std::optional<db::Finding>& last) const;
  db::Finding compare(const db::NewInstance& instance, const db::IngestAnswer& known) const;

  FileStore& store_;
  dicom::Limits limits_;
  std::string sop_class_uid_, sop_instance_uid_, transfer_syntax_uid_;
  IncomingFile file_;
  Sha256 sha256_;
  dicom::HeaderScanner scanner_;
  std::uint32_t data_set_offset_ = 0;
};

}  // namespace pgpacs::store
