#include "daemon/log.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <mutex>
#include <string_view>

#include "extension/dicom/json_text.h"

namespace pgpacs::log {
namespace {

// The message as a JSON string: an AE title may hold a quotation mark, an error of the database a line break.
class QuotedMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& to) override {
    const std::string text = dicom::quoted(std::string_view(message.payload.data(), message.payload.size()));
    to.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<QuotedMessage>();
  }
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_formatter(const std::string& format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  if (format == "json")
    formatter->add_flag<QuotedMessage>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","thread":%t,"message":%*})");
  else
    formatter->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  return formatter;
}

void start(const Settings& settings) {
  auto logger = spdlog::stderr_logger_mt("pacsd");
  spdlog::set_default_logger(logger);
  spdlog::set_level(spdlog::level::from_str(settings.log_level));
  logger->set_formatter(make_formatter(settings.log_format));
  // DCMTK prints raw lines, data of its input among them: it says nothing, we say what matters.
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
}

std::optional<std::uint32_t> LineBudget::spend(Clock::time_point now) {
  if (!began_ || now - *began_ >= std::chrono::minutes(1)) {
    began_ = now;
    spent_ = 0;
  }
  if (spent_ == most_) {
    ++left_out_;
    return std::nullopt;
  }
  ++spent_;
  return std::exchange(left_out_, 0);
}

bool has_room_for_stranger() {
  static std::mutex mutex;
  static LineBudget budget(60);
  const std::scoped_lock lock(mutex);
  const auto left_out = budget.spend(LineBudget::Clock::now());
  if (left_out && *left_out > 0) warn("{} lines about connections that were refused are left out", *left_out);
  return left_out.has_value();
}

}  // namespace pgpacs::log
