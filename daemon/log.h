// Logging to standard error. What is logged names AE titles, addresses and transfers, never a patient and
// never a UID of one.
#pragma once

#include <spdlog/formatter.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/settings.h"

namespace pgpacs::log {

void start(const Settings& settings);

// "text" or "json" (log-format). In JSON the message is one string, whatever a peer put into it.
std::unique_ptr<spdlog::formatter> make_formatter(const std::string& format);

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// Lines within a minute, at most so many.
class LineBudget {
 public:
  using Clock = std::chrono::steady_clock;
  explicit LineBudget(std::uint32_t most) : most_(most) {}

  // Nothing where there is no room for one more; else how many were left out since the last that had room.
  std::optional<std::uint32_t> spend(Clock::time_point now);

 private:
  std::uint32_t most_, spent_ = 0, left_out_ = 0;
  std::optional<Clock::time_point> began_;
};

// Whether there is room for a line that a stranger causes, whom nobody has admitted: 60 a minute.
bool has_room_for_stranger();

// Such a line.
template <typename... Args>
void stranger(spdlog::level::level_enum level, spdlog::format_string_t<Args...> format, Args&&... args) {
  if (has_room_for_stranger()) spdlog::log(level, format, std::forward<Args>(args)...);
}

}  // namespace pgpacs::log
