// C-STORE as SCP (PS3.4 annex B): one object, from its first byte to the answer that promises its safety.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "daemon/db/gateway.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dimse {

// What an association did, for its line in the log.
struct Tally {
  std::uint64_t stored = 0, duplicate = 0, conflict = 0, refused = 0, failed = 0;
  std::uint64_t bytes = 0;
  void count(db::Outcome outcome);
};

// AE titles of the association, which the file keeps.
struct Titles {
  std::string calling, called;
};

class CStore {
 public:
  CStore(db::Gateway& gateway, store::FileStore& store, const dicom::Limits& limits, Titles titles)
      : gateway_(gateway), store_(store), limits_(limits), titles_(std::move(titles)) {}

  // Takes the data set that follows `command` and answers. False where the association is over.
  bool serve(MessageStream& messages, const MessageStream::Command& command, const AcceptedContext& context,
             std::int64_t transfer_id, Tally& tally);

 private:
  db::Gateway& gateway_;
  store::FileStore& store_;
  dicom::Limits limits_;
  Titles titles_;
};

}  // namespace pgpacs::dimse
