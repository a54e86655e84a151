// A C-STORE SCP that does nothing but make objects durable: a file for each, written by one call and synced.
// What any archive can reach at most. Files are kept: one that removed them would be given their pages in the
// cache again, which costs less than new ones, and no archive removes what it has just taken.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace pgpacs::bench {

struct SinkOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 11112;
  std::filesystem::path folder;  // empty: takes objects and forgets them
};

struct Taken {
  std::atomic<std::uint64_t> objects = 0, bytes = 0;
};

// Listens, and serves in threads of its own for as long as the process lives; throws Broken where it cannot
// listen.
void start_sink(const SinkOptions& options, const std::shared_ptr<Taken>& taken);

}  // namespace pgpacs::bench
