// TLS for DIMSE (PS3.15 B.12): what DCMTK's security profiles make of OpenSSL, and a connection's bytes,
// clear or encrypted, that never block.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <openssl/ssl.h>
#include <sys/types.h>

#include "daemon/settings.h"

namespace pgpacs::dimse {

// Who is at the other end of a connection, as far as TLS tells.
struct PeerIdentity {
  bool is_secured = false;
  std::string certificate_sha256;  // 32 bytes, of the certificate in DER; empty where it showed none
};

// Whether associations over TLS can be taken and asked for: a certificate and its key are named.
bool has_tls(const Settings& settings);

// The OpenSSL contexts of this daemon, made once. Throw Failure (bad_setting) where a file cannot be used,
// with words that name the file.
SSL_CTX* accepting_context(const Settings& settings);
SSL_CTX* requesting_context(const Settings& settings);

// One socket's bytes. The socket is not owned.
class Channel {
 public:
  explicit Channel(int fd) : fd_(fd) {}
  Channel(int fd, SSL_CTX* context);

  // As recv() and send() with MSG_DONTWAIT do: EAGAIN where the socket must be ready for wants() first; also
  // where encryption makes reading wait for writing.
  ssize_t receive(void* to, std::size_t size);
  ssize_t send(const void* from, std::size_t size);
  short wants() const { return wants_; }
  // Whether bytes have come that the socket does not show any more.
  bool has_pending() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }

  bool is_secured() const { return ssl_ != nullptr; }
  // One step of the handshake: 1 done, 0 failed, -1 where wants() must come first.
  int accept();
  int connect();
  PeerIdentity identity() const;
  // Tells the peer that nothing follows; does not wait.
  void close();

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  ssize_t outcome(int result);
  int step(int result);

  int fd_;
  short wants_ = 0;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace pgpacs::dimse
