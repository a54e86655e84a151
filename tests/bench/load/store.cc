#include "tests/bench/load/store.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>

#include "tests/bench/load/latency.h"
#include "tests/bench/load/object.h"

namespace pgpacs::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Result {
  std::uint64_t stored = 0, failed = 0, bytes = 0;
  Latencies latencies;
};

// Studies are handed out whole: a device sends one after the other.
class Work {
 public:
  explicit Work(const StoreOptions& options)
      : per_study_(std::uint64_t{options.slices} * options.series), count_(options.count) {}

  // The next study and how many objects of it; 0 where there is no more.
  std::uint64_t take(std::uint64_t& study) {
    study = next_++;
    const std::uint64_t begin = study * per_study_;
    return begin >= count_ ? 0 : std::min(per_study_, count_ - begin);
  }

 private:
  const std::uint64_t per_study_, count_;
  std::atomic<std::uint64_t> next_ = 0;
};

class Sender {
 public:
  Sender(const StoreOptions& options, const std::vector<Template>& templates)
      : options_(options), templates_(templates) {}

  Result run(Work& work) {
    const Context contexts[] = {
        {templates_.front().sop_class_uid(), templates_.front().transfer_syntax_uid()}};
    Association association = Association::request(options_.peer, contexts);
    std::uint64_t study = 0;
    while (const std::uint64_t count = work.take(study))
      for (std::uint64_t i = 0; i < count; ++i)
        send(association,
             {options_.seed, options_.first_study + study, static_cast<std::uint32_t>(i / options_.slices),
              static_cast<std::uint32_t>(i % options_.slices)});
    association.release();
    return result_;
  }

  const Result& result() const { return result_; }

 private:
  void send(Association& association, const Place& place) {
    Template& object = templates_[place.slice % templates_.size()];
    const std::string uid = object.patch(place);
    const auto began = Clock::now();
    association.send(1,
                     Command()
                         .set(element::sop_class_uid, object.sop_class_uid())
                         .set(element::command_field, c_store_rq)
                         .set(element::message_id, ++message_id_)
                         .set(element::priority, std::uint16_t{0})
                         .set(element::data_set_type, has_data_set)
                         .set(element::sop_instance_uid, uid),
                     object.data_set());
    Command response;
    std::uint8_t context_id = 0;
    if (!association.receive(response, context_id)) throw Broken("released before it answered");
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
    result_.latencies.add(static_cast<std::uint32_t>(took.count()));
    const bool is_stored =
        response.number(element::status) == 0 && response.number(element::command_field) == c_store_rsp;
    ++(is_stored ? result_.stored : result_.failed);
    result_.bytes += object.size();
  }

  const StoreOptions& options_;
  std::vector<Template> templates_;  // a copy of its own: they are patched
  std::uint16_t message_id_ = 0;
  Result result_;
};

void print(const StoreOptions& options, const Result& result, double seconds) {
  std::printf(
      "{\"verb\": \"store\", \"associations\": %u, \"stored\": %llu, \"failed\": %llu, \"bytes\": %llu, "
      "\"seconds\": %.4f, \"per_second\": %.2f, \"mb_per_second\": %.3f, \"p50_us\": %u, \"p95_us\": %u, "
      "\"p99_us\": %u, \"max_us\": %u}\n",
      options.associations, static_cast<unsigned long long>(result.stored),
      static_cast<unsigned long long>(result.failed), static_cast<unsigned long long>(result.bytes), seconds,
      static_cast<double>(result.stored) / seconds, static_cast<double>(result.bytes) / seconds / 1e6,
      result.latencies.percentile(0.5), result.latencies.percentile(0.95), result.latencies.percentile(0.99),
      result.latencies.percentile(1));
}

}  // namespace

int store(const StoreOptions& options) {
  const std::vector<Template> templates(options.templates.begin(), options.templates.end());
  Work work(options);
  Result all;
  std::mutex mutex;
  const auto began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < options.associations; ++i) {
      threads.emplace_back([&] {
        Sender sender(options, templates);
        std::uint64_t lost = 0;
        try {
          sender.run(work);
        } catch (const std::exception& error) {
          std::fprintf(stderr, "bench-load: %s\n", error.what());
          lost = 1;
        }
        const std::scoped_lock lock(mutex);
        all.stored += sender.result().stored;
        all.failed += sender.result().failed + lost;
        all.bytes += sender.result().bytes;
        all.latencies.add(sender.result().latencies);
      });
    }
  }
  const std::chrono::duration<double> took = Clock::now() - began;
  all.latencies.sort();
  print(options, all, took.count());
  return all.failed == 0 && all.stored == options.count ? 0 : 1;
}

}  // namespace pgpacs::bench
