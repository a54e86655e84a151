#include "tests/bench/load/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace pgpacs::bench {
namespace {

constexpr std::size_t read_ahead = 64 << 10;
constexpr timeval patience{120, 0};

sockaddr_in make_address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) throw Broken("no IPv4 address: " + host);
  return address;
}

int make_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw Broken(std::string("socket: ") + std::strerror(errno));
  return fd;
}

void tune(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

Socket::Socket(int fd) : fd_(fd), ahead_(read_ahead) {}

Socket::Socket(Socket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      ahead_(std::move(other.ahead_)),
      ahead_begin_(other.ahead_begin_),
      ahead_end_(other.ahead_end_) {}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Socket Socket::connect(const std::string& host, std::uint16_t port) {
  Socket made(make_socket());
  const sockaddr_in address = make_address(host, port);
  if (::connect(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw Broken("connecting to " + host + ":" + std::to_string(port) + ": " + std::strerror(errno));
  tune(made.fd_);
  return made;
}

Socket Socket::listen(const std::string& host, std::uint16_t port) {
  Socket made(make_socket());
  const int on = 1;
  ::setsockopt(made.fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = make_address(host, port);
  if (::bind(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made.fd_, 64) != 0)
    throw Broken("listening on " + host + ":" + std::to_string(port) + ": " + std::strerror(errno));
  return made;
}

Socket Socket::accept() const {
  for (;;) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) throw Broken(std::string("accept: ") + std::strerror(errno));
    tune(fd);
    return Socket(fd);
  }
}

void Socket::write(std::span<iovec> pieces) {
  while (!pieces.empty()) {
    const int count = static_cast<int>(std::min<std::size_t>(pieces.size(), IOV_MAX));
    const ssize_t done = ::writev(fd_, pieces.data(), count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw Broken(std::string("sending: ") + std::strerror(errno));
    auto left = static_cast<std::size_t>(done);
    while (!pieces.empty() && left >= pieces.front().iov_len) {
      left -= pieces.front().iov_len;
      pieces = pieces.subspan(1);
    }
    if (pieces.empty()) break;
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + left;
    pieces.front().iov_len -= left;
  }
}

void Socket::read(char* to, std::size_t size) {
  const std::size_t known = std::min(size, ahead_end_ - ahead_begin_);
  std::memcpy(to, ahead_.data() + ahead_begin_, known);
  ahead_begin_ += known;
  to += known;
  size -= known;
  while (size > 0) {
    iovec parts[] = {{to, size}, {ahead_.data(), ahead_.size()}};
    const ssize_t done = ::readv(fd_, parts, 2);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw Broken(std::string("receiving: ") + std::strerror(errno));
    if (done == 0) throw Broken("the peer closed the connection");
    const std::size_t taken = std::min(size, static_cast<std::size_t>(done));
    to += taken;
    size -= taken;
    ahead_begin_ = 0;
    ahead_end_ = static_cast<std::size_t>(done) - taken;
  }
}

}  // namespace pgpacs::bench
