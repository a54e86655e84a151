// What became of the files of a rebuild, said now and then and at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "daemon/db/gateway.h"
#include "daemon/reindex/inventory.h"

namespace pgpacs::reindex {

class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total) {}

  void count(db::Outcome outcome);
  void count_failure();

  // The last line. Whether every file was taken or was known.
  bool report(const Inventory& inventory) const;

 private:
  using Clock = std::chrono::steady_clock;

  void step();
  double rate() const;

  const std::size_t total_;
  const Clock::time_point began_ = Clock::now();
  std::mutex mutex_;
  Clock::time_point said_ = began_;
  std::uint64_t done_ = 0, stored_ = 0, conflict_ = 0, duplicate_ = 0, known_ = 0, failed_ = 0;
};

}  // namespace pgpacs::reindex
