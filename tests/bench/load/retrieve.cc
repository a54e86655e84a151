#include "tests/bench/load/retrieve.h"

#include <algorithm>
#include <barrier>
#include <cstdio>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/bench/load/retriever.h"
#include "tests/bench/load/sink.h"

namespace pgpacs::bench {
namespace {

using Clock = Retriever::Clock;

constexpr std::uint64_t objects_before_stall = 20;
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint32_t>::max();

struct Result {
  std::uint64_t objects = 0, bytes = 0, least = no_limit;  // least: of one association
  std::string error;
};

// The associations that do not stall. All are open before the first asks.
class Crowd {
 public:
  explicit Crowd(const RetrieveOptions& options)
      : options_(options), together_(options.associations, Begin{this}) {}

  Result run() {
    {
      std::vector<std::jthread> threads;
      for (std::uint32_t i = 0; i < options_.associations; ++i)
        threads.emplace_back([this, i] { run_one(i); });
    }
    return result_;
  }

  double seconds() const {
    const auto end = options_.seconds > 0 ? end_ : ended_;
    return std::chrono::duration<double>(end - began_).count();
  }

 private:
  struct Begin {
    Crowd* crowd;
    void operator()() const noexcept { crowd->begin(); }
  };

  void begin() {
    began_ = Clock::now();
    end_ = options_.seconds > 0 ? began_ + std::chrono::duration_cast<Clock::duration>(
                                               std::chrono::duration<double>(options_.seconds))
                                : Clock::time_point::max();
  }

  void run_one(std::uint32_t number) noexcept {
    std::unique_ptr<Retriever> retriever;
    std::string error;
    try {
      retriever = std::make_unique<Retriever>(options_);
    } catch (const std::exception& thrown) {
      error = thrown.what();
    }
    together_.arrive_and_wait();
    try {
      if (retriever) retrieve_all(*retriever, number);
    } catch (const std::exception& thrown) {
      error = thrown.what();
    }
    add(retriever.get(), error);
  }

  void retrieve_all(Retriever& retriever, std::uint32_t number) {
    const std::size_t studies = options_.studies.size();
    for (std::size_t i = 0; options_.seconds > 0 || i < studies; ++i)
      if (!retriever.retrieve(options_.studies[(number + i) % studies], end_, no_limit)) {
        retriever.abort();
        return;
      }
    ended_of_one(Clock::now());
    retriever.release();
  }

  void ended_of_one(Clock::time_point at) {
    const std::scoped_lock lock(mutex_);
    ended_ = std::max(ended_, at);
  }

  void add(const Retriever* retriever, const std::string& error) {
    const std::scoped_lock lock(mutex_);
    if (!error.empty()) result_.error = error;
    if (!retriever) return;
    result_.objects += retriever->objects();
    result_.bytes += retriever->bytes();
    result_.least = std::min(result_.least, retriever->objects());
  }

  const RetrieveOptions& options_;
  std::barrier<Begin> together_;
  Clock::time_point began_, end_, ended_ = Clock::time_point::min();
  std::mutex mutex_;
  Result result_;
};

// Associations that took some objects, and hold their sockets open without a word.
std::vector<std::unique_ptr<Retriever>> stall(const RetrieveOptions& options) {
  std::vector<std::unique_ptr<Retriever>> stalled;
  for (std::uint32_t i = 0; i < options.stalled; ++i) {
    stalled.push_back(std::make_unique<Retriever>(options));
    if (stalled.back()->retrieve(options.studies.front(), Clock::time_point::max(), objects_before_stall))
      throw Broken("a study is too small to stall in the middle of it");
  }
  return stalled;
}

void print(const RetrieveOptions& options, const Result& result, double seconds) {
  std::printf(
      "{\"verb\": \"%s\", \"associations\": %u, \"stalled\": %u, \"objects\": %llu, \"bytes\": %llu, "
      "\"seconds\": %.4f, \"per_second\": %.2f, \"mb_per_second\": %.3f, \"least\": %llu}\n",
      options.destination.empty() ? "get" : "move", options.associations, options.stalled,
      static_cast<unsigned long long>(result.objects), static_cast<unsigned long long>(result.bytes), seconds,
      static_cast<double>(result.objects) / seconds, static_cast<double>(result.bytes) / seconds / 1e6,
      static_cast<unsigned long long>(result.least));
}

}  // namespace

void retrieve(const RetrieveOptions& options) {
  const auto taken = std::make_shared<Taken>();
  const bool is_move = !options.destination.empty();
  if (is_move) start_sink({"127.0.0.1", options.sink_port, {}}, taken);
  const auto stalled = stall(options);
  Crowd crowd(options);
  Result result = crowd.run();
  if (!result.error.empty()) throw Broken(result.error);
  if (is_move) {
    if (taken->objects != result.objects) throw Broken("what the peer completed is not what arrived");
    result.bytes = taken->bytes;
  }
  print(options, result, crowd.seconds());
}

}  // namespace pgpacs::bench
