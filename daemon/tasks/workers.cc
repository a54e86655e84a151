#include "daemon/tasks/workers.h"

#include <algorithm>
#include <exception>

#include "daemon/log.h"

namespace pgpacs::tasks {
namespace {

using std::chrono::steady_clock;

// Where the database is away, asking each second only fills the log.
constexpr int polls_after_failure = 10;

}  // namespace

void Workers::add(std::string kind, unsigned threads, std::chrono::seconds lease, Handler handler) {
  Kind& added = kinds_.emplace_back();
  added.name = std::move(kind);
  added.threads = threads;
  added.lease = lease;
  added.handler = std::move(handler);
}

void Workers::add_round(std::string name, Round round) {
  Kind& added = kinds_.emplace_back();
  added.name = std::move(name);
  added.round = std::move(round);
}

void Workers::start() {
  for (Kind& kind : kinds_)
    for (unsigned i = 0; i < kind.threads; ++i)
      threads_.emplace_back([this, &kind] { kind.round ? go_round(kind) : serve(kind); });
  threads_.emplace_back([this] { keep_leases(); });
}

void Workers::wake(const std::string& name) {
  {
    const std::scoped_lock lock(mutex_);
    for (Kind& kind : kinds_)
      if (kind.name == name) kind.is_woken = true;
  }
  changed_.notify_all();
}

void Workers::stop() {
  {
    // With the lock: a thread that has seen no end of it yet is waiting by the time this gets it.
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  {
    const std::scoped_lock lock(running_mutex_);
    for (const auto& running : running_) *running->task.has_lost = true;
  }
  threads_.clear();
}

void Workers::serve(Kind& kind) noexcept {
  while (!is_stopping_) {
    try {
      if (const auto task = await(kind)) run(kind, *task);
    } catch (const std::exception& error) {
      log::error("worker of {}: {}", kind.name, error.what());
    } catch (...) {
      log::error("worker of {}: unknown failure", kind.name);
    }
  }
}

void Workers::go_round(Kind& kind) noexcept {
  while (!is_stopping_) {
    auto length = poll_;
    try {
      kind.round();
    } catch (const Failure& failure) {
      log::warn("round of {}: {}", kind.name, failure.what);
      length *= polls_after_failure;
    } catch (const std::exception& error) {
      log::error("round of {}: {}", kind.name, error.what());
    } catch (...) {
      log::error("round of {}: unknown failure", kind.name);
    }
    pause(kind, length);
  }
}

std::optional<db::Task> Workers::await(Kind& kind) {
  const std::scoped_lock turn(kind.turn);
  while (!is_stopping_) {
    try {
      if (auto task = tasks_.claim(kind.name, kind.lease)) return task;
      pause(kind, poll_);
    } catch (const Failure& failure) {
      log::warn("no task of {} can be claimed: {}", kind.name, failure.what);
      pause(kind, poll_ * polls_after_failure);
    }
  }
  return std::nullopt;
}

void Workers::pause(Kind& kind, std::chrono::milliseconds length) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, length, [&] { return kind.is_woken || is_stopping_.load(); });
  kind.is_woken = false;
}

void Workers::run(const Kind& kind, const db::Task& task) {
  const auto running = std::make_shared<Running>(Running{task, kind.lease, steady_clock::now()});
  {
    const std::scoped_lock lock(running_mutex_);
    running_.push_back(running);
    if (is_stopping_) *task.has_lost = true;
  }
  const Ending ending = handle(kind, task);
  {
    const std::scoped_lock lock(running_mutex_);
    running_.remove(running);
  }
  try {
    report(task, ending);
  } catch (const Failure& failure) {
    // Its lease ends, and it is done again.
    log::warn("task {} of {}: {}", task.id, kind.name, failure.what);
  }
}

Workers::Ending Workers::handle(const Kind& kind, const db::Task& task) {
  try {
    kind.handler(task);
    return {End::done, {}};
  } catch (const Later& later) {
    return {End::later, later.run_after};
  } catch (const Failure& failure) {
    return {failure.code == dicom::FaultCode::peer_unreachable ? End::unreachable : End::failed,
            failure.what};
  } catch (const std::exception& error) {
    log::error("task {} of {}: {}", task.id, kind.name, error.what());
  } catch (...) {
    log::error("task {} of {}: unknown failure", task.id, kind.name);
  }
  return {End::failed, "unexpected failure; see the log of pacsd"};
}

void Workers::report(const db::Task& task, const Ending& ending) {
  if (ending.how == End::done) return tasks_.finish(task);
  if (ending.how == End::later) return tasks_.release(task, ending.words);
  if (is_stopping_) return tasks_.release(task);
  log::warn("task {} of {}, attempt {}: {}", task.id, task.kind, task.attempt, ending.words);
  tasks_.fail(task, ending.words, ending.how == End::unreachable);
}

void Workers::keep_leases() noexcept {
  while (!is_stopping_) {
    try {
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(1), [this] { return is_stopping_.load(); });
      }
      std::list<std::shared_ptr<Running>> all;
      {
        const std::scoped_lock lock(running_mutex_);
        all = running_;
      }
      for (const auto& running : all) renew(*running);
    } catch (const std::exception& error) {
      log::error("keeping leases: {}", error.what());
    } catch (...) {
      log::error("keeping leases: unknown failure");
    }
  }
}

// At a third of the lease, so that it may fail twice.
void Workers::renew(Running& running) {
  const auto now = steady_clock::now();
  if (now - running.renewed_at < running.lease / 3 || running.task.is_lost()) return;
  try {
    tasks_.renew(running.task, running.lease);
    running.renewed_at = now;
  } catch (const Failure& failure) {
    if (failure.code != dicom::FaultCode::no_lease && now - running.renewed_at < running.lease) return;
    log::warn("task {} of {}: {}", running.task.id, running.task.kind, failure.what);
    *running.task.has_lost = true;
  }
}

}  // namespace pgpacs::tasks
