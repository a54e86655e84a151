// The files of a store that no row names, in the order in which they were received.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/db/gateway.h"
#include "daemon/store/file_store.h"

namespace pgpacs::reindex {

// 24 bytes for each file: all that is kept of a store, however large.
struct Waiting {
  db::Moment received_at;
  store::FileId id;
};

struct Inventory {
  std::vector<Waiting> waiting;  // ascending by the moment of receipt
  std::uint64_t files = 0;       // named as the store names its files
  std::uint64_t unreadable = 0;  // of them, without a file meta information that could be read
  std::uint64_t foreign = 0;     // whatever else lies there
};

// Reads the beginning of every file; what cannot be taken is logged. Throws Failure where the database is
// away, std::filesystem::filesystem_error where a folder cannot be read: half an inventory would be a wrong
// order.
Inventory take_inventory(const store::FileStore& store, db::Gateway& gateway, unsigned workers);

}  // namespace pgpacs::reindex
