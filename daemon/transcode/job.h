// What pacsd and pacsd-transcode say to each other, over a socket pair of packets: a job, with the two open
// files beside it, and its outcome. Both ends are of one build.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/dicom/fault.h"
#include "extension/dicom/limits.h"

namespace pgpacs::transcode {

using Uid = std::array<char, 65>;  // ends with 0

struct Job {
  std::uint64_t data_set_offset = 0;
  std::uint64_t data_set_size = 0;
  std::uint64_t object_bytes = 0;  // of the result, at most
  std::uint32_t seconds = 0;       // of the processor, at most
  Uid from{}, to{};
  dicom::Limits limits{};
};

struct Outcome {
  bool is_done = false;
  dicom::FaultCode code{};
  std::uint64_t size = 0;
  std::array<char, 256> what{};  // ends with 0
};

// The places of descriptors in a worker: its end of the socket, and what came with the job.
inline constexpr int job_socket = 3;
inline constexpr int first_file = 4;
inline constexpr int files_at_once = 6;

// False where the other end is gone.
bool send_job(int socket, const Job& job, int input, int output);

struct ReceivedJob {
  Job job;
  int input, output;
};
// Nothing where there is no more.
std::optional<ReceivedJob> receive_job(int socket);

bool send_outcome(int socket, const Outcome& outcome);
std::optional<Outcome> receive_outcome(int socket);

Uid to_uid(std::string_view text);  // cut where it is longer than a UID is
inline std::string_view text_of(const Uid& uid) {
  return uid.data();
}

}  // namespace pgpacs::transcode
