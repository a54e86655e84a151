// Who guesses passcodes: logins that the database refused, of each address, within the last minute.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace pgpacs::dimse {

class FailedLogins {
 public:
  explicit FailedLogins(std::size_t most) : most_(most) {}

  using Clock = std::chrono::steady_clock;
  // Whether an address may name a user at all: not after so many failures. What is under way is not counted
  // yet; an address has few places for strangers (places.h).
  bool may_try(const std::string& address, Clock::time_point now);
  void add(const std::string& address, Clock::time_point now);

 private:
  void forget(Clock::time_point now);

  const std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, std::deque<Clock::time_point>> failures_;  // of the last minute only
};

}  // namespace pgpacs::dimse
