// pacsd reindex: the database rebuilt from the files alone (DESIGN: promise 3). Every file of the store that
// no row names is read as if it came just now, and goes the way of a receipt (daemon/store/entry.h); none is
// changed.
#pragma once

#include "daemon/db/gateway.h"
#include "daemon/store/file_store.h"

namespace pgpacs::reindex {

// Says on the log what it does. False where there were files that could not be taken. Throws Failure where it
// had to stop; the next run goes on from there.
bool reindex(store::FileStore& store, db::Gateway& gateway, unsigned workers);

}  // namespace pgpacs::reindex
