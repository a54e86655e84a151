#include "daemon/dimse/failed_logins.h"

namespace pgpacs::dimse {
namespace {

constexpr std::chrono::minutes remembered{1};

}  // namespace

bool FailedLogins::may_try(const std::string& address, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  forget(now);
  const auto found = failures_.find(address);
  return found == failures_.end() || found->second.size() < most_;
}

void FailedLogins::add(const std::string& address, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  failures_[address].push_back(now);
}

void FailedLogins::forget(Clock::time_point now) {
  for (auto& [address, moments] : failures_)
    std::erase_if(moments, [&](Clock::time_point moment) { return moment <= now - remembered; });
  std::erase_if(failures_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace pgpacs::dimse
