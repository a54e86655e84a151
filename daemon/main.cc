// pacsd: the daemon. Carries bytes between DICOM peers, files, HTTP clients and the database.
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

#include "daemon/db/connection_pool.h"
#include "daemon/db/forward.h"
#include "daemon/db/gateway.h"
#include "daemon/db/task.h"
#include "daemon/dimse/acceptor.h"
#include "daemon/http/router.h"
#include "daemon/http/server.h"
#include "daemon/log.h"
#include "daemon/reindex/reindex.h"
#include "daemon/settings.h"
#include "daemon/store/file_store.h"
#include "daemon/tasks/forward.h"
#include "daemon/tasks/remote.h"
#include "daemon/tasks/workers.h"
#include "daemon/transcode/transcoder.h"

namespace {

using namespace pgpacs;

// For what compares a large object with its file when the daemon is to go. Others need milliseconds.
constexpr std::chrono::seconds reading_grace{5};

// Renewed while a task is worked at: so long does the task of a daemon that died wait for another.
constexpr std::chrono::seconds task_lease{60};

// What reads files and asks the database in turn; more would wait for the same disk.
constexpr std::uint32_t most_reindex_workers = 8;

// Signals are taken by one thread that waits for them; the others never see one.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// The store that takes what comes in: the first that the database says does.
store::FileStore open_store(const Settings& settings, db::Gateway& gateway) {
  constexpr std::string_view scheme = "file://";
  for (const db::StoreRow& row : gateway.stores())
    if (row.takes_new && row.url.starts_with(scheme))
      return store::FileStore(row.id, row.url.substr(scheme.size()),
                              {settings.store_reserve, settings.limit_object_bytes});
  throw Failure{dicom::FaultCode::bad_setting,
                "no store takes new objects: select pacs.add_store('disk', 'file:///…')"};
}

// Associations, files and HTTP share descriptors; the usual soft limit is for programs that select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Large pieces come from the system and go back to it, and the arena of a thread keeps so much at its end.
// glibc's own way is to raise both bounds with each large piece that is freed, to 32 and 64 MB: after 50,000
// associations three times as much was kept, and no end of it seen.
void bound_what_is_kept() {
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 512 << 10);
}

// A signal ends it as it ends any program: each object is a transaction of its own.
int rebuild(const Settings& settings) {
  const std::uint32_t workers = std::min(settings.database_connections, most_reindex_workers);
  db::ConnectionPool pool(settings.database, workers);
  db::Gateway gateway(pool);
  store::FileStore store = open_store(settings, gateway);
  store.hold_for_rebuild();
  return reindex::reindex(store, gateway, workers) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int serve(const Settings& settings) {
  const sigset_t signals = block_signals();
  db::ConnectionPool pool(settings.database, settings.database_connections);
  db::ConnectionPool query_pool(settings.database, settings.database_connections, settings.find_timeout);
  db::Gateway gateway(pool);
  store::FileStore store = open_store(settings, gateway);
  store.hold_for_serving();
  if (const std::size_t count = store.sweep_incoming(); count > 0)
    log::warn("removed {} files of receipts that never ended", count);
  transcode::Transcoder transcoder(transcode::options_of(settings, store.root() / store::incoming_folder));
  dimse::StopSignal stop;
  dimse::Quotas quotas;
  dimse::FailedLogins failed_logins(settings.failed_logins);
  db::Tasks tasks(pool);
  db::Commitments commitments(pool);
  const dimse::Services services{settings, query_pool, gateway, store,       transcoder,
                                 stop,     quotas,     tasks,   commitments, failed_logins};
  dimse::Acceptor acceptor(services);
  tasks::Workers workers(tasks, settings.task_poll);
  db::Forwarding forwarding(pool);
  const tasks::Forward forward(forwarding, {settings, stop, {store, transcoder, settings.limits}});
  workers.add("forward", settings.forward_threads, task_lease, forward);
  workers.add_round("arrivals", [&] {
    if (forwarding.notice_arrivals()) workers.wake("forward");
  });
  tasks::add_remote_handlers(workers, {settings, pool, gateway, store, stop});
  http::Router router(gateway, store);
  http::Server http_server(settings, router);
  http_server.start();
  workers.start();
  std::jthread dimse_thread([&] { acceptor.run(); });
  log::info("ready: DIMSE on {}:{}, HTTP on {}:{}", settings.dimse_address, settings.dimse_port,
            settings.http_address, settings.http_port);
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("signal {}: finishing what is under way", signal);
  stop.raise();
  store.stop(reading_grace);
  workers.stop();
  dimse_thread.join();
  http_server.stop();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = read_settings(argc, argv);
  log::start(settings);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  bound_what_is_kept();
  try {
    return settings.command == Command::reindex ? rebuild(settings) : serve(settings);
  } catch (const Failure& failure) {
    log::error("{}", failure.what);
  } catch (const std::exception& error) {
    log::error("{}", error.what());
  }
  return EXIT_FAILURE;
}
