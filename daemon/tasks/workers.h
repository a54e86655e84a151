// Threads that claim tasks and do them. A task runs at least once; its lease is renewed while it runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/db/task.h"
#include "daemon/fault.h"

namespace pgpacs::tasks {

// Returns when the task has had its effect; throws Failure, whose words name no patient, when it is to be
// tried again. A long one asks task.is_lost() now and then, and throws when it is.
using Handler = std::function<void(const db::Task&)>;

// Thrown by a handler whose task is not to be done yet: it is due then, as the database wrote it, and the
// attempt does not count.
struct Later {
  std::string run_after;
};

// Looks for what is to be done.
using Round = std::function<void()>;

class Workers {
 public:
  Workers(db::Tasks& tasks, std::chrono::milliseconds poll) : tasks_(tasks), poll_(poll) {}
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Before start(): so many tasks of this kind at once.
  void add(std::string kind, unsigned threads, std::chrono::seconds lease, Handler handler);
  // Before start(): called at each poll.
  void add_round(std::string name, Round round);
  void start();

  // There is a task of this kind, or something for this round: it does not have to wait for the poll.
  void wake(const std::string& name);

  // Tells what is under way to stop, and waits for it. What stops is given back to the queue.
  void stop();

 private:
  struct Kind {
    std::string name;
    unsigned threads = 1;
    std::chrono::seconds lease{};
    Handler handler;
    Round round;      // instead of a handler
    std::mutex turn;  // of the one thread that asks the database; the others wait behind it
    bool is_woken = false;
  };
  struct Running {
    db::Task task;
    std::chrono::seconds lease;
    std::chrono::steady_clock::time_point renewed_at;  // the keeper's
  };

  enum class End : std::uint8_t { done, later, failed, unreachable };
  struct Ending {
    End how;
    std::string words;  // why; of later, when
  };

  void serve(Kind& kind) noexcept;
  std::optional<db::Task> await(Kind& kind);
  void pause(Kind& kind, std::chrono::milliseconds length);
  void run(const Kind& kind, const db::Task& task);
  void go_round(Kind& kind) noexcept;
  Ending handle(const Kind& kind, const db::Task& task);
  void report(const db::Task& task, const Ending& ending);
  void keep_leases() noexcept;
  void renew(Running& running);

  db::Tasks& tasks_;
  const std::chrono::milliseconds poll_;
  std::list<Kind> kinds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex running_mutex_;
  std::list<std::shared_ptr<Running>> running_;
  std::vector<std::jthread> threads_;
};

}  // namespace pgpacs::tasks
