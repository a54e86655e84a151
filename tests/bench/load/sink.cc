#include "tests/bench/load/sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>

#include "tests/bench/load/association.h"

namespace pgpacs::bench {
namespace {

std::atomic<std::uint64_t> next_file = 0;

[[noreturn]] void fail(const char* what) {
  throw Broken(std::string(what) + ": " + std::strerror(errno));
}

void write_durably(const std::filesystem::path& folder, std::string_view bytes) {
  const auto path = folder / (std::to_string(::getpid()) + "-" + std::to_string(next_file++) + ".dcm");
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) fail("making a file");
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing a file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) fail("fsync");
  ::close(fd);
}

void serve(Socket socket, const std::filesystem::path& folder, Taken& taken) {
  Association association = Association::accept(std::move(socket));
  Command request;
  std::uint8_t context_id = 0;
  std::string object;
  while (association.receive(request, context_id)) {
    if (request.number(element::data_set_type) != no_data_set) association.receive_data_set(object);
    if (!folder.empty()) write_durably(folder, object);
    ++taken.objects;
    taken.bytes += object.size();
    association.send(context_id, stored(request));
  }
}

void serve_all(const Socket& listener, const std::filesystem::path& folder,
               const std::shared_ptr<Taken>& taken) {
  for (;;) {
    std::thread([socket = listener.accept(), folder, taken]() mutable {
      try {
        serve(std::move(socket), folder, *taken);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "bench-load sink: %s\n", error.what());
      }
    }).detach();
  }
}

}  // namespace

void start_sink(const SinkOptions& options, const std::shared_ptr<Taken>& taken) {
  std::thread([listener = Socket::listen(options.address, options.port), folder = options.folder, taken] {
    try {
      serve_all(listener, folder, taken);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "bench-load sink: %s\n", error.what());
      std::_Exit(2);
    }
  }).detach();
}

}  // namespace pgpacs::bench
