#include "daemon/dimse/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <dcmtk/dcmnet/cond.h>

#include "daemon/dimse/associate_request.h"

namespace pgpacs::dimse {

makeOFConditionConst(tls_not_agreed, OFM_dcmtls, DULC_TLSERROR, OF_error, "TLS was not agreed upon");
makeOFConditionConst(other_certificate, OFM_dcmtls, DULC_TLSERROR + 1, OF_error,
                     "another certificate was shown");

namespace {

// What the connection that DCMTK is about to make on this thread is given.
struct Making {
  Watch* watch = nullptr;
  SSL_CTX* tls = nullptr;
  PeerIdentity* identity = nullptr;
  std::string certificate_sha256 = {};
};
thread_local int accepted_fd = -1;
thread_local Making accepted, requesting;

// Reasons of an A-ABORT (PS3.8 table 9-26)
constexpr unsigned char abort_no_reason = 0, abort_unexpected_pdu = 2, abort_invalid_parameter = 6;

// PS3.8 9.3.4, 9.3.7, 9.3.8
constexpr std::uint8_t associate_rejection_pdu = 0x03, release_answer_pdu = 0x06, abort_pdu = 0x07;

bool is_last_word(std::uint8_t pdu_type) {
  return pdu_type == associate_rejection_pdu || pdu_type == release_answer_pdu || pdu_type == abort_pdu;
}

constexpr std::chrono::milliseconds interruption_slice{200};

// Nagle's algorithm, which most devices leave on, holds the rest of a message back until we acknowledge its
// beginning: by itself that takes 40 ms, for each object. The kernel acknowledges here what has come, and
// forgets that it was asked to.
void acknowledge(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

// What small PDUs may wait for.
constexpr std::size_t most_pending = 64 * 1024;

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

void StopSignal::wait_until(std::chrono::steady_clock::time_point moment) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd fds[] = {{fd_, POLLIN, 0}};
    if (::poll(fds, 1, static_cast<int>(left.count())) > 0) return;
  }
}

bool Watch::wait(int fd, short events) {
  acknowledge(fd);
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd fds[] = {{fd, events, 0}, {stop_.fd(), POLLIN, 0}};
    const auto slice = is_interrupted_ ? std::min(left, interruption_slice) : left;
    const int ready = ::poll(fds, is_idle_ ? 2 : 1, static_cast<int>(slice.count()));
    if (ready < 0 && errno != EINTR) return false;
    if (is_idle_ && fds[1].revents != 0) {
      is_stopped_ = true;
      return false;
    }
    if (ready > 0) return true;
    if (is_interrupted_ && is_interrupted_()) return false;
  }
}

// Within the watch's deadline.
bool Connection::secure(int (Channel::*step)()) {
  if (!channel_.is_secured()) return true;
  for (;;) {
    const int done = (channel_.*step)();
    if (done == 0) return false;
    if (done == 1) break;
    if (!watch_.wait(getSocket(), channel_.wants())) return false;
  }
  if (identity_ != nullptr) *identity_ = channel_.identity();
  return true;
}

OFCondition Connection::clientSideHandshake() {
  awaits_answer_ = true;
  if (!secure(&Channel::connect)) return tls_not_agreed;
  const bool is_other =
      !certificate_sha256_.empty() && channel_.identity().certificate_sha256 != certificate_sha256_;
  return is_other ? OFCondition(other_certificate) : EC_Normal;
}

OFCondition Connection::serverSideHandshake() {
  if (!secure(&Channel::accept)) return tls_not_agreed;
  if (!receive_first(pdu_header_size)) return DUL_NETWORKCLOSED;
  const bool is_request = static_cast<std::uint8_t>(first_[0]) == associate_request_pdu;
  const auto length = dicom::load<std::uint32_t>(dicom::as_bytes(first_).data() + 2, true);
  const bool is_read = is_request && length <= largest_associate_request;
  if (is_read && !receive_first(length)) return DUL_NETWORKCLOSED;
  if (is_read && is_associate_request(dicom::as_bytes(first_).subspan(pdu_header_size))) return EC_Normal;
  send_abort(is_request ? abort_invalid_parameter : abort_unexpected_pdu);
  return DUL_ILLEGALPDU;
}

// DCMTK asks before it reads the header of the first PDU, which may have come with the whole of it.
OFBool Connection::networkDataAvailable(int timeout) {
  if (has_ended_ || !first_.empty() || pdvs_.has_some() || channel_.has_pending()) return true;
  acknowledge(getSocket());
  return DcmTCPConnection::networkDataAvailable(timeout);
}

// DCMTK takes 0 for a closed connection, and closes it: so is one that took too long, one whose PDVs cannot
// be told apart, and one that waits when the daemon goes. The peer is told before.
ssize_t Connection::read(void* to, size_t size) {
  if (has_ended_) return 0;
  if (std::exchange(awaits_answer_, false) && !receive_answer()) return 0;
  if (!first_.empty()) return read_first(to, size);
  const ssize_t count =
      pdvs_.read(to, size, [this](void* into, std::size_t most) { return receive(into, most); });
  if (count >= 0 || (errno != ETIMEDOUT && errno != EBADMSG)) return count;
  send_abort(errno == EBADMSG ? abort_invalid_parameter : abort_no_reason);
  return 0;
}

ssize_t Connection::read_first(void* to, size_t size) {
  const std::size_t count = first_.copy(static_cast<char*>(to), size);
  first_.erase(0, count);
  if (first_.empty()) first_.shrink_to_fit();  // an association may last for hours
  return static_cast<ssize_t>(count);
}

// Whole, as a peer's first PDU: the answer to our A-ASSOCIATE-RQ.
bool Connection::receive_answer() {
  if (receive_first(pdu_header_size)) {
    const auto length = dicom::load<std::uint32_t>(dicom::as_bytes(first_).data() + 2, true);
    const auto type = static_cast<std::uint8_t>(first_[0]);
    const bool is_accepted = type == associate_answer_pdu;
    // DCMTK takes any other for an association without contexts.
    const bool is_answer = is_accepted || type == associate_rejection_pdu || type == abort_pdu;
    if (is_answer && length <= largest_associate_request && receive_first(length) &&
        (!is_accepted || is_associate_answer(dicom::as_bytes(first_).subspan(pdu_header_size))))
      return true;
  }
  first_.clear();
  send_abort(abort_invalid_parameter);
  return false;
}

bool Connection::receive_first(std::size_t size) {
  std::size_t at = first_.size();
  first_.resize(at + size);
  while (at < first_.size()) {
    const ssize_t count = receive(first_.data() + at, first_.size() - at);
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

// As recv() does; ETIMEDOUT also where the watch ends the wait.
ssize_t Connection::receive(void* to, size_t size) {
  for (;;) {
    const ssize_t count = channel_.receive(to, size);
    if (count >= 0 || (errno != EAGAIN && errno != EINTR)) return count;
    if (errno == EINTR || watch_.wait(getSocket(), channel_.wants())) continue;
    errno = ETIMEDOUT;
    return -1;
  }
}

// A-ABORT of the service provider (PS3.8 9.3.8); whether it arrives does not matter any more.
void Connection::send_abort(unsigned char reason) {
  const unsigned char pdu[] = {0x07, 0, 0, 0, 0, 4, 0, 0, 2, reason};
  [[maybe_unused]] const auto sent = channel_.send(pdu, sizeof pdu);
}

void Connection::close() {
  channel_.close();
  DcmTCPConnection::close();
}

// DCMTK writes the header of a PDU and what it holds by two calls: two segments, and 40 ms where the peer
// delays its acknowledgements.
ssize_t Connection::write(void* from, size_t size) {
  const auto done = static_cast<ssize_t>(size);
  pending_.append(static_cast<const char*>(from), size);
  const std::size_t at_hand = pending_.size() - last_pdu_;
  if (at_hand < pdu_header_size) return done;
  const auto length = dicom::load<std::uint32_t>(dicom::as_bytes(pending_).data() + last_pdu_ + 2, true);
  if (at_hand < pdu_header_size + length) return done;
  has_ended_ = has_ended_ || is_last_word(static_cast<std::uint8_t>(pending_[last_pdu_]));
  last_pdu_ = pending_.size();
  if (watch_.more_follows() && !has_ended_ && pending_.size() < most_pending) return done;
  return flush() ? done : -1;
}

bool Connection::flush() {
  const std::string bytes = std::exchange(pending_, {});
  last_pdu_ = 0;
  const bool was_idle = watch_.is_idle();
  watch_.set_idle(false);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = channel_.send(bytes.data() + sent, bytes.size() - sent);
    if (count >= 0)
      sent += static_cast<std::size_t>(count);
    else if (errno == EAGAIN && watch_.wait(getSocket(), channel_.wants()))
      continue;
    else if (errno != EINTR)
      break;
  }
  watch_.set_idle(was_idle);
  return sent == bytes.size();
}

void TransportLayer::set_accepted(int fd, Watch& watch, SSL_CTX* tls, PeerIdentity& identity) {
  accepted_fd = fd;
  accepted = {&watch, tls, &identity};
}

void TransportLayer::set_requesting(Watch* watch, SSL_CTX* tls, const std::string& certificate_sha256) {
  requesting = {watch, tls, nullptr, certificate_sha256};
}

void TransportLayer::close_unused() {
  if (accepted_fd >= 0) ::close(std::exchange(accepted_fd, -1));
}

DcmTransportConnection* TransportLayer::createConnection(DcmNativeSocketType socket, OFBool) {
  if (requesting.watch != nullptr) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return new Connection(socket, *requesting.watch, requesting.tls, requesting.certificate_sha256);
  }
  if (accepted_fd < 0) return nullptr;
  return new Connection(std::exchange(accepted_fd, -1), *accepted.watch, accepted.tls, accepted.identity);
}

}  // namespace pgpacs::dimse
