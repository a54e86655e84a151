// TCP under DCMTK's association layer: sockets that we accepted, deadlines, one write for one PDU.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

namespace pgpacs::dimse {

// Tells all associations that the daemon is going down. Readable from a poll().
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  void raise();
  bool is_raised() const { return is_raised_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  std::atomic<bool> is_raised_ = false;
};

class Connection final : public DcmTCPConnection {
 public:
  Connection(int fd, const StopSignal& stop, std::chrono::seconds association_timeout);

  ssize_t read(void* to, size_t size) override;
  ssize_t write(void* from, size_t size) override;

  // When reading and writing give up; a peer that sends a byte a second gains nothing by it.
  void set_deadline(std::chrono::seconds from_now) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
  }
  // Between messages a stop signal ends the wait.
  void set_idle(bool is_idle) { is_idle_ = is_idle; }
  bool is_stopped() const { return is_stopped_; }

 private:
  bool wait(short events);
  bool flush();
  void send_abort();

  const StopSignal& stop_;
  std::chrono::steady_clock::time_point deadline_;
  bool is_idle_ = false;
  bool is_stopped_ = false;
  std::string pending_;  // of a PDU that DCMTK has not written to its end
};

// Hands each thread's accepted socket to DCMTK, in the place of the one that DCMTK believes to have accepted:
// it is given the same, unused socket every time (dcmExternalSocketHandle).
class TransportLayer final : public DcmTransportLayer {
 public:
  TransportLayer(const StopSignal& stop, std::chrono::seconds association_timeout)
      : stop_(stop), association_timeout_(association_timeout) {}

  // The socket of the association that this thread is about to receive. Taken over by the connection.
  static void set_accepted(int fd);
  // Closes it where DCMTK never came to asking for it.
  static void close_unused();
  // The connection made for it.
  static Connection* connection();

  DcmTransportConnection* createConnection(DcmNativeSocketType unused, OFBool use_secure_layer) override;

 private:
  const StopSignal& stop_;
  std::chrono::seconds association_timeout_;
};

}  // namespace pgpacs::dimse
