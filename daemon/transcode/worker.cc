#include "daemon/transcode/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "daemon/fault.h"

namespace pgpacs::transcode {
namespace {

using dicom::FaultCode;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(int error) {
  throw Failure{FaultCode::out_of_resources,
                std::string("pacsd-transcode cannot be started: ") + std::strerror(error)};
}

class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// No descriptor of ours but its socket, no environment, no signal that we had blocked.
pid_t spawn(const std::filesystem::path& program, std::uint64_t memory, int socket) {
  Actions actions;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(actions.get(), standard, "/dev/null", O_RDWR, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), socket, job_socket);
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), first_file);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string name = program.string();
  std::string bytes = std::to_string(memory);
  const std::array<char*, 3> arguments{name.data(), bytes.data(), nullptr};
  const std::array<char*, 1> environment{nullptr};
  pid_t process = -1;
  const int error =
      ::posix_spawn(&process, name.c_str(), actions.get(), &attributes, arguments.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) fail(error);
  return process;
}

// Whether there is something to read before the deadline; the other end being gone is something.
bool wait_until(int socket, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waited{socket, POLLIN, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace

Worker::Worker(const std::filesystem::path& program, std::uint64_t memory) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) fail(errno);
  socket_ = store::Descriptor(ends[0]);
  store::Descriptor theirs(ends[1]);
  // dup2 of a descriptor to itself would leave it to be closed on exec.
  if (theirs.get() == job_socket)
    theirs = store::Descriptor(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, first_file));
  if (!theirs) fail(errno);
  process_ = spawn(program, memory, theirs.get());
}

Worker::~Worker() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Outcome Worker::run(const Job& job, int input, int output, std::chrono::seconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  ++jobs_;
  is_alive_ = false;  // until it has answered
  if (!send_job(socket_.get(), job, input, output))
    throw Failure{FaultCode::out_of_resources, "a transcoder was not there any more"};
  if (!wait_until(socket_.get(), deadline))
    throw Failure{FaultCode::not_transcodable, "a transcoder took longer than the time limit"};
  const auto outcome = receive_outcome(socket_.get());
  if (!outcome) throw Failure{FaultCode::not_transcodable, "a transcoder died of the object"};
  is_alive_ = true;
  return *outcome;
}

}  // namespace pgpacs::transcode
