#include "tests/bench/load/retrieve.h"

#include <algorithm>
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
  double seconds = 0;
  std::string error;
};

// The associations that do not stall. Each is open before the first asks, and they are opened one after the
// other: an archive may well refuse a crowd at its door.
class Crowd {
 public:
  explicit Crowd(const RetrieveOptions& options) : options_(options) {
    for (std::uint32_t i = 0; i < options.associations; ++i)
      retrievers_.push_back(std::make_unique<Retriever>(options));
  }

  Result run() {
    const auto began = Clock::now();
    const bool has_end = options_.seconds > 0;
    const auto window = std::chrono::duration<double>(options_.seconds);
    const auto end =
        has_end ? began + std::chrono::duration_cast<Clock::duration>(window) : Clock::time_point::max();
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < retrievers_.size(); ++i)
        threads.emplace_back([this, i, end] { run_one(i, end); });
    }
    result_.seconds = has_end ? options_.seconds : std::chrono::duration<double>(last_ - began).count();
    for (const auto& retriever : retrievers_) {
      result_.objects += retriever->objects();
      result_.bytes += retriever->bytes();
      result_.least = std::min(result_.least, retriever->objects());
    }
    return result_;
  }

 private:
  void run_one(std::size_t number, Clock::time_point end) noexcept {
    try {
      const bool is_complete = retrieve_all(number, end);
      note_end(Clock::now());
      is_complete ? retrievers_[number]->release() : retrievers_[number]->abort();
    } catch (const std::exception& error) {
      const std::scoped_lock lock(mutex_);
      result_.error = error.what();
    }
  }

  void note_end(Clock::time_point at) {
    const std::scoped_lock lock(mutex_);
    last_ = std::max(last_, at);
  }

  // False where time was up in the middle of a study.
  bool retrieve_all(std::size_t number, Clock::time_point end) {
    Retriever& retriever = *retrievers_[number];
    const std::size_t studies = options_.studies.size();
    for (std::size_t i = 0; options_.seconds > 0 || i < studies; ++i)
      if (!retriever.retrieve(options_.studies[(number + i) % studies], end, no_limit)) return false;
    return true;
  }

  const RetrieveOptions& options_;
  std::vector<std::unique_ptr<Retriever>> retrievers_;
  std::mutex mutex_;
  Clock::time_point last_ = Clock::time_point::min();
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

void print(const RetrieveOptions& options, const Result& result) {
  std::printf(
      "{\"verb\": \"%s\", \"associations\": %u, \"stalled\": %u, \"objects\": %llu, \"bytes\": %llu, "
      "\"seconds\": %.4f, \"per_second\": %.2f, \"mb_per_second\": %.3f, \"least\": %llu}\n",
      options.destination.empty() ? "get" : "move", options.associations, options.stalled,
      static_cast<unsigned long long>(result.objects), static_cast<unsigned long long>(result.bytes),
      result.seconds, static_cast<double>(result.objects) / result.seconds,
      static_cast<double>(result.bytes) / result.seconds / 1e6,
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
  print(options, result);
}

}  // namespace pgpacs::bench
