#include "daemon/dimse/acceptor.h"

#include <arpa/inet.h>
#include <dcmtk/dcmnet/dimse.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "daemon/dimse/associate_request.h"
#include "daemon/fault.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

using store::Descriptor;

constexpr int receive_buffer = 1 << 20;

[[noreturn]] void fail(const std::string& what) {
  throw Failure{dicom::FaultCode::bad_setting, what + ": " + std::strerror(errno)};
}

sockaddr_in make_address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) fail("the address " + host);
  return address;
}

Descriptor listen_on(const std::string& host, std::uint16_t port) {
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Before listen(): accepted sockets inherit it, and with it a window scale that fits.
  ::setsockopt(listener.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const sockaddr_in address = make_address(host, port);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 128) != 0)
    fail("listening on " + host + ":" + std::to_string(port));
  return listener;
}

std::string text_of(const sockaddr_in& address) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return text;
}

}  // namespace

Acceptor::Acceptor(const Services& services)
    : services_(services),
      listener_(listen_on(services.settings.dimse_address, services.settings.dimse_port)),
      places_(services.settings.max_associations) {
  if (has_tls(services.settings)) {
    accepting_context(services.settings);  // says what is wrong with its files before anybody calls
    tls_listener_ = listen_on(services.settings.dimse_address, services.settings.dimse_tls_port);
  }
  // A connected pair of sockets that nobody uses, for DCMTK to believe in (transport.h).
  const Descriptor pair_listener = listen_on("127.0.0.1", 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(pair_listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  stand_in_peer_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(stand_in_peer_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("a connection to ourselves");
  stand_in_ = Descriptor(::accept4(pair_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  dcmExternalSocketHandle.set(stand_in_.get());
  dcmDisableGethostbyaddr.set(OFTrue);
  dcmAssociatePDUSizeLimit.set(largest_associate_request);
  if (ASC_initializeNetwork(NET_ACCEPTOR, 0, static_cast<int>(services.settings.association_timeout.count()),
                            &network_)
          .bad() ||
      ASC_setTransportLayer(network_, &layer_, 0).bad())
    throw Failure{dicom::FaultCode::bad_setting, "DCMTK's network could not be set up"};
}

Acceptor::~Acceptor() {
  reap(true);
  ASC_dropNetwork(&network_);
}

void Acceptor::run() {
  // poll() passes over a descriptor that is none: without a certificate there is no second door.
  pollfd fds[] = {
      {listener_.get(), POLLIN, 0}, {tls_listener_.get(), POLLIN, 0}, {services_.stop.fd(), POLLIN, 0}};
  while (!services_.stop.is_raised()) {
    // A connection may come with the signal to stop: it is too late.
    const bool is_called = ::poll(fds, 3, 1000) > 0 && !services_.stop.is_raised();
    if (is_called && (fds[0].revents & POLLIN) != 0) accept_one(listener_, nullptr);
    if (is_called && (fds[1].revents & POLLIN) != 0)
      accept_one(tls_listener_, accepting_context(services_.settings));
    reap(false);
  }
  listener_ = Descriptor{};
  tls_listener_ = Descriptor{};
  log::info("DIMSE: waiting for {} connections to end", places_.connections());
  reap(true);
}

void Acceptor::accept_one(const Descriptor& listener, SSL_CTX* tls) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  Descriptor socket(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC));
  if (!socket && (errno == EINTR || errno == ECONNABORTED)) return;
  try {
    if (!socket) throw std::system_error(errno, std::generic_category(), "accept");
    start(std::move(socket), text_of(address), tls);
  } catch (const std::exception& error) {
    log::error("accepting a connection: {}", error.what());
    ::poll(nullptr, 0, 100);  // out of descriptors, threads or memory: they come back as associations end
  }
}

void Acceptor::start(Descriptor socket, const std::string& peer, SSL_CTX* tls) {
  auto place = places_.enter(peer);
  if (!place) return log::stranger(spdlog::level::warn, "connection from {} closed: too many are open", peer);
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::list<Worker> made(1);
  Worker& worker = made.front();
  // Where no thread can be made, the socket and the place go with what it would have run.
  worker.thread =
      std::jthread([this, tls, socket = std::move(socket), place = std::move(*place), &worker]() mutable {
        Association(services_, network_, std::move(place), tls).serve(std::move(socket));
        worker.is_done = true;
      });
  workers_.splice(workers_.end(), made);
}

void Acceptor::reap(bool all) {
  for (auto worker = workers_.begin(); worker != workers_.end();)
    if (all || worker->is_done)
      worker = workers_.erase(worker);
    else
      ++worker;
}

}  // namespace pgpacs::dimse
