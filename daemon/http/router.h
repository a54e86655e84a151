// Which handler answers which path. Handlers may block: they run on threads of their own, not on those that
// move bytes.
#pragma once

#include <map>

#include "daemon/db/gateway.h"
#include "daemon/http/message.h"
#include "daemon/store/file_store.h"

namespace pgpacs::http {

class Router {
 public:
  Router(db::Gateway& gateway, const store::FileStore& store) : gateway_(gateway), store_(store) {}

  // Never throws: what goes wrong is a problem document.
  Response answer(const Request& request) noexcept;

 private:
  Response route(const Request& request);

  db::Gateway& gateway_;
  const store::FileStore& store_;
};

}  // namespace pgpacs::http
