#include "daemon/tasks/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "daemon/db/connection_pool.h"

namespace pgpacs::tasks {
namespace {

using namespace std::chrono_literals;

// What needs no database: one that is away.
struct Away {
  db::ConnectionPool pool{"host=/nonexistent", 1};
  db::Tasks tasks{pool};
};

bool wait_for(const std::atomic<int>& count, int least) {
  for (int i = 0; i < 500 && count < least; ++i) std::this_thread::sleep_for(10ms);
  return count >= least;
}

TEST(workers, go_their_rounds_at_each_poll) {
  Away away;
  Workers workers(away.tasks, 10ms);
  std::atomic<int> rounds = 0;
  workers.add_round("counting", [&] { ++rounds; });
  workers.start();
  EXPECT_TRUE(wait_for(rounds, 3));
}

TEST(workers, are_woken_before_the_poll) {
  Away away;
  Workers workers(away.tasks, 1h);
  std::atomic<int> rounds = 0;
  workers.add_round("counting", [&] { ++rounds; });
  workers.start();
  EXPECT_TRUE(wait_for(rounds, 1));
  workers.wake("something else");
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(rounds, 1);
  workers.wake("counting");
  EXPECT_TRUE(wait_for(rounds, 2));
}

TEST(workers, outlive_what_a_round_throws) {
  Away away;
  Workers workers(away.tasks, 10ms);
  std::atomic<int> rounds = 0;
  workers.add_round("failing", [&] {
    if (++rounds == 1) throw std::runtime_error("once");
    if (rounds == 2) throw 2;
    if (rounds == 3) throw Failure{dicom::FaultCode::out_of_resources, "thrice"};
  });
  workers.start();
  EXPECT_TRUE(wait_for(rounds, 4));
}

TEST(workers, stop_at_once_while_the_database_is_away) {
  Away away;
  Workers workers(away.tasks, 1h);
  workers.add("nothing", 4, 60s, [](const db::Task&) { FAIL() << "there was no task"; });
  workers.start();
  std::this_thread::sleep_for(50ms);
  const auto began = std::chrono::steady_clock::now();
  workers.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

}  // namespace
}  // namespace pgpacs::tasks
