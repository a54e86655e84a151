// One association that retrieves.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/bench/load/association.h"
#include "tests/bench/load/retrieve.h"

namespace pgpacs::bench {

class Retriever {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Retriever(const RetrieveOptions& options);

  // Asks for a study and takes what comes over this association (C-GET) until the last response, until `end`,
  // or until there are so many objects. False where it did not come to the last response: the association is
  // of no further use. Throws Broken where the peer failed to send any of it.
  bool retrieve(const std::string& study, Clock::time_point end, std::uint64_t most);

  // Objects that arrived before `end`, or were completed by C-MOVE; bytes of those that arrived.
  std::uint64_t objects() const { return objects_; }
  std::uint64_t bytes() const { return bytes_; }

  void release() { association_.release(); }
  void abort() { association_.abort(); }

 private:
  void request(const std::string& study);
  void take(const Command& command, std::uint8_t context_id);
  void finish(const Command& response);

  const RetrieveOptions& options_;
  Association association_;
  std::string object_;
  std::uint16_t message_id_ = 0;
  std::uint64_t objects_ = 0, bytes_ = 0;
};

}  // namespace pgpacs::bench
