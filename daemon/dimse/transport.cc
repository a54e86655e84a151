#include "daemon/dimse/transport.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace pgpacs::dimse {
namespace {

thread_local int accepted_fd = -1;
thread_local Connection* made_connection = nullptr;

constexpr std::size_t pdu_header = 6;

}  // namespace

StopSignal::StopSignal() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  ::close(fd_);
}

void StopSignal::raise() {
  is_raised_ = true;
  const std::uint64_t one = 1;
  // Only a full counter could refuse it, and that is readable as well.
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

Connection::Connection(int fd, const StopSignal& stop, std::chrono::seconds association_timeout)
    : DcmTCPConnection(fd), stop_(stop) {
  set_deadline(association_timeout);
}

bool Connection::wait(short events) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd fds[] = {{getSocket(), events, 0}, {stop_.fd(), POLLIN, 0}};
    const int ready = ::poll(fds, is_idle_ ? 2 : 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return false;
    if (is_idle_ && fds[1].revents != 0) {
      is_stopped_ = true;
      return false;
    }
    if (ready > 0) return true;
  }
}

// DCMTK takes 0 for a closed connection, and closes it: so is one that took too long, and one that waits when
// the daemon goes. The peer is told before.
ssize_t Connection::read(void* to, size_t size) {
  for (;;) {
    const ssize_t count = ::recv(getSocket(), to, size, MSG_DONTWAIT);
    if (count >= 0) return count;
    if (errno != EAGAIN && errno != EINTR) return -1;
    if (wait(POLLIN)) continue;
    send_abort();
    return 0;
  }
}

// A-ABORT of the service provider, without reason (PS3.8 9.3.8); whether it arrives does not matter any more.
void Connection::send_abort() {
  constexpr unsigned char pdu[] = {0x07, 0, 0, 0, 0, 4, 0, 0, 2, 0};
  [[maybe_unused]] const auto sent = ::send(getSocket(), pdu, sizeof pdu, MSG_DONTWAIT | MSG_NOSIGNAL);
}

// DCMTK writes the header of a PDU and what it holds by two calls: two segments, and 40 ms where the peer
// delays its acknowledgements.
ssize_t Connection::write(void* from, size_t size) {
  pending_.append(static_cast<const char*>(from), size);
  if (pending_.size() < pdu_header) return static_cast<ssize_t>(size);
  std::uint32_t length;
  std::memcpy(&length, pending_.data() + 2, sizeof length);
  if (pending_.size() < pdu_header + __builtin_bswap32(length)) return static_cast<ssize_t>(size);
  return flush() ? static_cast<ssize_t>(size) : -1;
}

bool Connection::flush() {
  const std::string bytes = std::exchange(pending_, {});
  const bool was_idle = std::exchange(is_idle_, false);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count =
        ::send(getSocket(), bytes.data() + sent, bytes.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0)
      sent += static_cast<std::size_t>(count);
    else if (errno == EAGAIN && wait(POLLOUT))
      continue;
    else if (errno != EINTR)
      break;
  }
  is_idle_ = was_idle;
  return sent == bytes.size();
}

void TransportLayer::set_accepted(int fd) {
  accepted_fd = fd;
  made_connection = nullptr;
}

void TransportLayer::close_unused() {
  if (accepted_fd >= 0) ::close(std::exchange(accepted_fd, -1));
}

Connection* TransportLayer::connection() {
  return made_connection;
}

DcmTransportConnection* TransportLayer::createConnection(DcmNativeSocketType, OFBool) {
  if (accepted_fd < 0) return nullptr;
  made_connection = new Connection(std::exchange(accepted_fd, -1), stop_, association_timeout_);
  return made_connection;
}

}  // namespace pgpacs::dimse
