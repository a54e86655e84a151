#include "daemon/transcode/job.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

namespace pgpacs::transcode {
namespace {

static_assert(std::is_trivially_copyable_v<Job> && std::is_trivially_copyable_v<Outcome>);

constexpr std::size_t files_size = 2 * sizeof(int);

union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(files_size)> bytes;
};

template <typename Call>
ssize_t again(Call&& call) {
  for (;;) {
    const ssize_t count = call();
    if (count >= 0 || errno != EINTR) return count;
  }
}

}  // namespace

bool send_job(int socket, const Job& job, int input, int output) {
  iovec bytes{const_cast<Job*>(&job), sizeof job};
  Control control{};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  cmsghdr* files = CMSG_FIRSTHDR(&message);
  files->cmsg_level = SOL_SOCKET;
  files->cmsg_type = SCM_RIGHTS;
  files->cmsg_len = CMSG_LEN(files_size);
  const std::array both{input, output};
  std::memcpy(CMSG_DATA(files), both.data(), files_size);
  return again([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL); }) == static_cast<ssize_t>(sizeof job);
}

std::optional<ReceivedJob> receive_job(int socket) {
  ReceivedJob received{};
  iovec bytes{&received.job, sizeof received.job};
  Control control{};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  const ssize_t count = again([&] { return ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC); });
  const cmsghdr* files = CMSG_FIRSTHDR(&message);
  if (count != static_cast<ssize_t>(sizeof received.job) || files == nullptr ||
      files->cmsg_len != CMSG_LEN(files_size))
    return std::nullopt;
  std::array<int, 2> both{};
  std::memcpy(both.data(), CMSG_DATA(files), files_size);
  received.input = both[0];
  received.output = both[1];
  return received;
}

bool send_outcome(int socket, const Outcome& outcome) {
  return again([&] { return ::send(socket, &outcome, sizeof outcome, MSG_NOSIGNAL); }) ==
         static_cast<ssize_t>(sizeof outcome);
}

std::optional<Outcome> receive_outcome(int socket) {
  Outcome outcome;
  if (again([&] { return ::recv(socket, &outcome, sizeof outcome, 0); }) !=
      static_cast<ssize_t>(sizeof outcome))
    return std::nullopt;
  outcome.what.back() = '\0';
  return outcome;
}

Uid to_uid(std::string_view text) {
  Uid uid{};
  std::copy_n(text.begin(), std::min(text.size(), uid.size() - 1), uid.begin());
  return uid;
}

}  // namespace pgpacs::transcode
