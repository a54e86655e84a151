// Tasks that call other AEs: storage commitment, questions, pulls.
#pragma once

#include "daemon/db/connection_pool.h"
#include "daemon/db/gateway.h"
#include "daemon/dimse/transport.h"
#include "daemon/settings.h"
#include "daemon/store/file_store.h"
#include "daemon/tasks/workers.h"

namespace pgpacs::tasks {

// What they need. Must live as long as the workers.
struct RemoteMeans {
  const Settings& settings;
  db::ConnectionPool& pool;
  db::Gateway& gateway;
  store::FileStore& store;
  const dimse::StopSignal& stop;
};

void add_remote_handlers(Workers& workers, const RemoteMeans& means);

}  // namespace pgpacs::tasks
