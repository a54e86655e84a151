// The HTTP server: connections, timeouts, bodies streamed from files. What is answered is the router's.
#pragma once

#include <memory>

#include "daemon/http/router.h"
#include "daemon/settings.h"

namespace pgpacs::http {

class Server {
 public:
  // Binds at once; throws Failure where that fails.
  Server(const Settings& settings, Router& router);
  ~Server();

  void start();
  // Ends the listening and the connections that wait; answers under way get a moment to end.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace pgpacs::http
