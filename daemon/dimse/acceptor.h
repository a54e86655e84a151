// Listens for associations and gives each a thread.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/dimse/association.h"
#include "daemon/dimse/places.h"
#include "daemon/dimse/transport.h"
#include "daemon/store/file_store.h"

namespace pgpacs::dimse {

class Acceptor {
 public:
  // Binds at once; throws Failure where that fails.
  explicit Acceptor(const Services& services);
  ~Acceptor();

  // Takes connections until the stop signal; then waits for what is under way.
  void run();

 private:
  struct Worker {
    std::jthread thread;
    std::atomic<bool> is_done = false;
  };

  void accept_one(const store::Descriptor& listener, SSL_CTX* tls);
  void start(store::Descriptor socket, const std::string& peer, SSL_CTX* tls);
  void reap(bool all);

  const Services& services_;
  TransportLayer layer_;
  store::Descriptor listener_, tls_listener_;
  store::Descriptor stand_in_, stand_in_peer_;
  T_ASC_Network* network_ = nullptr;
  Places places_;
  std::list<Worker> workers_;
};

}  // namespace pgpacs::dimse
