#include "tests/bench/load/sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
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

void serve(Socket socket, const std::filesystem::path& folder) {
  Association association = Association::accept(std::move(socket));
  Command request;
  std::uint8_t context_id = 0;
  std::string object;
  while (association.receive(request, context_id)) {
    if (request.number(element::data_set_type) != no_data_set) association.receive_data_set(object);
    if (!folder.empty()) write_durably(folder, object);
    association.send(context_id,
                     Command()
                         .set(element::sop_class_uid, request.text(element::sop_class_uid))
                         .set(element::command_field, c_store_rsp)
                         .set(element::responded_to, request.number(element::message_id))
                         .set(element::data_set_type, no_data_set)
                         .set(element::status, std::uint16_t{0})
                         .set(element::sop_instance_uid, request.text(element::sop_instance_uid)));
  }
}

}  // namespace

void sink(const SinkOptions& options) {
  const Socket listener = Socket::listen(options.address, options.port);
  for (;;) {
    std::thread([socket = listener.accept(), &options]() mutable {
      try {
        serve(std::move(socket), options.folder);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "bench-load sink: %s\n", error.what());
      }
    }).detach();
  }
}

}  // namespace pgpacs::bench
