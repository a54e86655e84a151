// Logging to standard error. What is logged names AE titles, addresses and transfers, never a patient and
// never a UID of one.
#pragma once

#include <spdlog/spdlog.h>

#include "daemon/settings.h"

namespace pgpacs::log {

void start(const Settings& settings);

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

}  // namespace pgpacs::log
