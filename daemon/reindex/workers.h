// Threads that share one piece of work.
#pragma once

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace pgpacs::reindex {

// Runs `work` in so many threads and waits for all; throws what the first of them threw.
template <typename Work>
void run_workers(unsigned count, Work&& work) {
  std::mutex mutex;
  std::exception_ptr first;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < count; ++i)
      threads.emplace_back([&] {
        try {
          work();
        } catch (...) {
          const std::scoped_lock lock(mutex);
          if (!first) first = std::current_exception();
        }
      });
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace pgpacs::reindex
