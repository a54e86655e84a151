// One process of pacsd-transcode, from pacsd's side.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "daemon/store/file_store.h"
#include "daemon/transcode/job.h"

namespace pgpacs::transcode {

class Worker {
 public:
  // Throws Failure out_of_resources where it cannot be started.
  Worker(const std::filesystem::path& program, std::uint64_t memory);
  // Ends it, whatever it does.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Throws Failure not_transcodable where it died or did not end in time: it takes no other job then.
  Outcome run(const Job& job, int input, int output, std::chrono::seconds timeout);

  // Whether it can have another job. After some a worker is done, so that what a codec leaves behind in it
  // does not pile up.
  bool is_fit() const { return is_alive_ && jobs_ < most_jobs; }

 private:
  static constexpr std::uint32_t most_jobs = 256;

  store::Descriptor socket_;
  pid_t process_ = -1;
  bool is_alive_ = true;
  std::uint32_t jobs_ = 0;
};

}  // namespace pgpacs::transcode
