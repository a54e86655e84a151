// A TCP connection that blocks, gives up after a while, and says so by an exception.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pgpacs::bench {

class Broken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Socket {
 public:
  static Socket connect(const std::string& host, std::uint16_t port);
  static Socket listen(const std::string& host, std::uint16_t port);
  Socket accept() const;

  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  void write(std::span<iovec> pieces);
  void read(char* to, std::size_t size);

 private:
  explicit Socket(int fd);

  int fd_;
  // What was read beyond what was asked for: a PDU's header costs no call of its own.
  std::vector<char> ahead_;
  std::size_t ahead_begin_ = 0, ahead_end_ = 0;
};

}  // namespace pgpacs::bench
