#include "daemon/http/router.h"

#include <exception>

#include "daemon/http/link_page.h"
#include "daemon/http/wado.h"
#include "daemon/log.h"

namespace pgpacs::http {
namespace {

bool is_loopback(std::string_view peer) {
  return peer.starts_with("127.");
}

// Health is for the machine itself, not for the network.
Response health(const Request& request, db::Gateway& gateway) {
  if (!is_loopback(request.peer))
    return make_problem(403, "for this machine only", "ask from the machine itself");
  if (request.path == "/readyz") gateway.stores();
  return make_text(200, "text/plain; charset=utf-8", "ok\n");
}

}  // namespace

Response Router::answer(const Request& request) noexcept {
  try {
    return route(request);
  } catch (const Failure& failure) {
    if (failure.code == dicom::FaultCode::out_of_resources) log::error("HTTP: {}", failure.what);
    return make_problem(failure.code, failure.code == dicom::FaultCode::out_of_resources ? "" : failure.what);
  } catch (const std::exception& error) {
    log::error("HTTP: {}", error.what());
    return make_problem(500, "internal error", "the log of pacsd says more");
  }
}

Response Router::route(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = make_problem(405, "method not allowed", "GET and HEAD are served here");
    response.fields["Allow"] = "GET, HEAD";
    return response;
  }
  if (request.path == "/healthz" || request.path == "/readyz") return health(request, gateway_);
  if (request.path.starts_with("/v/")) return show_link(request, gateway_);
  if (request.path.starts_with("/dicom-web/")) return retrieve_wado_rs(request, gateway_, store_);
  if (request.path == "/wado") return retrieve_wado_uri(request, gateway_, store_);
  return make_problem(404, "nothing here", "no resource has this path");
}

}  // namespace pgpacs::http
