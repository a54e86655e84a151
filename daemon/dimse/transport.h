// TCP under DCMTK's association layer: sockets that we accepted, deadlines, a first PDU that is looked at
// before DCMTK parses it, one write for one PDU.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include "daemon/dimse/pdv_splitter.h"
#include "daemon/dimse/tls.h"

namespace pgpacs::dimse {

// Why there is no connection over TLS; the second: it shows another certificate than the one that it must.
extern const OFConditionConst tls_not_agreed, other_certificate;

// Tells all associations that the daemon is going down. Readable from a poll().
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  void raise();
  bool is_raised() const { return is_raised_; }
  // Sleeps until then, or until the signal is raised.
  void wait_until(std::chrono::steady_clock::time_point moment) const;
  int fd() const { return fd_; }

 private:
  int fd_;
  std::atomic<bool> is_raised_ = false;
};

// How long a connection waits, and for what. The association's own: DCMTK deletes a connection in the middle
// of a read from it, when the peer is gone or aborts.
class Watch {
 public:
  Watch(const StopSignal& stop, std::chrono::seconds from_now) : stop_(stop) { set_deadline(from_now); }

  // When reading and writing give up; a peer that sends a byte a second gains nothing by it.
  void set_deadline(std::chrono::steady_clock::duration from_now) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
  }
  // Between messages a stop signal ends the wait.
  void set_idle(bool is_idle) { is_idle_ = is_idle; }
  bool is_idle() const { return is_idle_; }
  // Whether PDUs that are written may wait for the next, so that many small ones go in one write. What waits
  // goes with the first PDU that is written when no more follows.
  void set_more_follows(bool more_follows) { more_follows_ = more_follows; }
  bool more_follows() const { return more_follows_; }
  bool is_stopped() const { return is_stopped_; }

  // Asked several times a second while this connection is waited for: true ends the wait as a deadline does.
  void set_interruption(std::function<bool()> is_interrupted) { is_interrupted_ = std::move(is_interrupted); }

  // Whether the deadline has passed or the wait is to end: for peers that never let us wait.
  bool is_over() const {
    return std::chrono::steady_clock::now() >= deadline_ || (is_interrupted_ && is_interrupted_());
  }

  // False where the deadline passes, or a stop signal ends the wait, before the socket is ready for `events`.
  bool wait(int fd, short events);

 private:
  const StopSignal& stop_;
  std::chrono::steady_clock::time_point deadline_;
  bool is_idle_ = false;
  bool is_stopped_ = false;
  bool more_follows_ = false;
  std::function<bool()> is_interrupted_;
};

class Connection final : public DcmTCPConnection {
 public:
  // `identity`, where there is one, is told who is there when TLS has found out.
  Connection(int fd, Watch& watch, SSL_CTX* tls, PeerIdentity* identity)
      : DcmTCPConnection(fd), watch_(watch), channel_(fd, tls), identity_(identity) {}
  // To a peer that must show this certificate, where it is not empty.
  Connection(int fd, Watch& watch, SSL_CTX* tls, std::string certificate_sha256)
      : DcmTCPConnection(fd),
        watch_(watch),
        channel_(fd, tls),
        certificate_sha256_(std::move(certificate_sha256)) {}

  // TLS, where it is asked for. Then reads the first PDU whole; DUL_ILLEGALPDU, and an A-ABORT for the peer,
  // where DCMTK must not see it (associate_request.h). DCMTK calls this before it reads anything.
  OFCondition serverSideHandshake() override;
  // TLS, where it is asked for, before DCMTK writes anything.
  OFCondition clientSideHandshake() override;
  OFBool networkDataAvailable(int timeout) override;
  ssize_t read(void* to, size_t size) override;
  ssize_t write(void* from, size_t size) override;
  void close() override;

 private:
  bool secure(int (Channel::*step)());
  ssize_t read_first(void* to, size_t size);
  ssize_t receive(void* to, size_t size);
  bool receive_first(std::size_t size);
  bool receive_answer();
  bool flush();
  void send_abort(unsigned char reason);

  Watch& watch_;
  PdvSplitter pdvs_;
  Channel channel_;
  PeerIdentity* identity_ = nullptr;
  std::string certificate_sha256_;
  // By an A-ABORT, A-ASSOCIATE-RJ or A-RELEASE-RP of ours. DCMTK 3.6.7 would go on to read what the peer
  // sends, each PDU whole into 1 KB of its stack (AA-6 of PS3.8 9.2).
  bool has_ended_ = false;
  bool awaits_answer_ = false;  // to the association that we ask for
  std::string first_;           // of the first PDU, what DCMTK has not read yet
  std::string pending_;         // PDUs that wait for more, and one that DCMTK has not written to its end
  std::size_t last_pdu_ = 0;    // where in pending_ that one begins
};

// Hands each thread's accepted socket to DCMTK, in the place of the one that DCMTK believes to have accepted:
// it is given the same, unused socket every time (dcmExternalSocketHandle). A socket that DCMTK has connected
// itself gets our connection around it.
class TransportLayer final : public DcmTransportLayer {
 public:
  // The socket of the association that this thread is about to receive. Taken over by the connection. With
  // `tls` not null the peer must speak TLS; `identity` outlives the connection.
  static void set_accepted(int fd, Watch& watch, SSL_CTX* tls, PeerIdentity& identity);
  // This thread asks for an association until nullptr is set: the socket that DCMTK connects is watched. With
  // `tls` not null the peer must speak TLS, and show the certificate where one is named.
  static void set_requesting(Watch* watch, SSL_CTX* tls, const std::string& certificate_sha256);
  // Closes it where DCMTK never came to asking for it.
  static void close_unused();

  DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool use_secure_layer) override;
};

}  // namespace pgpacs::dimse
