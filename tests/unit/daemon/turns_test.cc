#include "daemon/reindex/turns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "daemon/reindex/workers.h"

namespace pgpacs::reindex {
namespace {

using namespace std::chrono_literals;

bool is_done(const std::future<bool>& waiting) {
  return waiting.wait_for(0s) == std::future_status::ready;
}

TEST(turns, are_given_out_in_order) {
  Turns turns(2);
  const auto first = turns.take();
  const auto second = turns.take();
  EXPECT_EQ(first->number(), 0u);
  EXPECT_EQ(second->number(), 1u);
  EXPECT_FALSE(turns.take());
}

TEST(turns, of_other_subjects_do_not_wait_for_each_other) {
  Turns turns(3);
  auto first = turns.take();
  auto second = turns.take();
  auto third = turns.take();
  EXPECT_TRUE(first->wait({"1", "P1", "1.1"}));
  EXPECT_TRUE(second->wait({"2", "", "2.1"}));
  EXPECT_TRUE(third->wait({"3", "", "3.1"}));  // no Patient ID is nobody's
}

TEST(turns, wait_for_what_has_to_do_with_the_same) {
  const Subjects before{"1", "P1", "1.1"};
  for (const Subjects& subjects :
       {Subjects{"1", "P2", "2.1"}, Subjects{"2", "P1", "2.1"}, Subjects{"2", "P2", "1.1"}}) {
    Turns turns(2);
    auto first = turns.take();
    auto second = turns.take();
    EXPECT_TRUE(first->wait(before));
    auto waiting = std::async(std::launch::async, [&] { return second->wait(subjects); });
    EXPECT_EQ(waiting.wait_for(20ms), std::future_status::timeout);
    first.reset();
    EXPECT_TRUE(waiting.get());
  }
}

TEST(turns, wait_for_what_is_not_known_yet) {
  Turns turns(2);
  auto first = turns.take();
  auto second = turns.take();
  auto waiting = std::async(std::launch::async, [&] { return second->wait({"2", "P2", "2.1"}); });
  EXPECT_EQ(waiting.wait_for(20ms), std::future_status::timeout);
  EXPECT_TRUE(first->wait({"1", "P1", "1.1"}));
  EXPECT_TRUE(waiting.get());
}

TEST(turns, end_where_all_is_to_stop) {
  Turns turns(3);
  auto first = turns.take();
  auto second = turns.take();
  auto waiting = std::async(std::launch::async, [&] { return second->wait({"1", "", ""}); });
  EXPECT_FALSE(is_done(waiting));
  turns.stop();
  EXPECT_FALSE(waiting.get());
  EXPECT_FALSE(turns.take());
}

TEST(turns, keep_the_order_of_each_study_at_any_speed) {
  constexpr std::size_t count = 2000;
  constexpr std::size_t studies = 7;
  Turns turns(count);
  std::vector<std::size_t> order[studies];
  run_workers(8, [&] {
    while (auto turn = turns.take()) {
      const std::size_t number = turn->number();
      if (number % 3 == 0) std::this_thread::yield();
      ASSERT_TRUE(turn->wait({std::to_string(number % studies), "", ""}));
      order[number % studies].push_back(number);
    }
  });
  for (const auto& of_study : order) EXPECT_TRUE(std::ranges::is_sorted(of_study));
  EXPECT_EQ(order[0].size(), (count + studies - 1) / studies);
}

TEST(workers, throw_what_the_first_of_them_threw) {
  std::atomic<int> ran = 0;
  const auto work = [&] {
    if (++ran == 1) throw std::runtime_error("the first");
  };
  EXPECT_THROW(run_workers(4, work), std::runtime_error);
  EXPECT_EQ(ran, 4);
}

}  // namespace
}  // namespace pgpacs::reindex
