// Tasks of the database: claimed, renewed, finished, failed (sql/task.sql). Throws Failure.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/db/connection_pool.h"

namespace pgpacs::db {

struct Task {
  std::int64_t id = 0;
  std::string kind;
  std::string payload;  // JSON
  int attempt = 0;
  std::string lease;

  // Whether its handler is to stop: the task was cancelled or taken over, or the daemon goes down.
  bool is_lost() const { return *has_lost; }
  std::shared_ptr<std::atomic<bool>> has_lost = std::make_shared<std::atomic<bool>>(false);
};

class Tasks {
 public:
  explicit Tasks(ConnectionPool& pool) : pool_(pool) {}

  std::optional<Task> claim(const std::string& kind, std::chrono::seconds lease);
  void renew(const Task& task, std::chrono::seconds lease);
  void finish(const Task& task);
  // Gives it back: the attempt does not count. It is due at once, or at a time that the database named.
  void release(const Task& task, const std::string& run_after = {});
  void fail(const Task& task, const std::string& why, bool is_unreachable);

 private:
  ConnectionPool& pool_;
};

}  // namespace pgpacs::db
