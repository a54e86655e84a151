#include "daemon/log.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace pgpacs::log {

void start(const Settings& settings) {
  auto logger = spdlog::stderr_logger_mt("pacsd");
  spdlog::set_default_logger(logger);
  spdlog::set_level(spdlog::level::from_str(settings.log_level));
  if (settings.log_format == "json")
    logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","thread":%t,"message":"%v"})");
  else
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  // DCMTK prints raw lines, data of its input among them: it says nothing, we say what matters.
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
}

}  // namespace pgpacs::log
