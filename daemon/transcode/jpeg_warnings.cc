#include "daemon/transcode/jpeg_warnings.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>
#include <dcmtk/oflog/spi/logevent.h>

#include <string_view>

namespace pgpacs::transcode {
namespace {

namespace log4cplus = dcmtk::log4cplus;

unsigned warnings = 0;

// Of headers that are not as they should be, and of bytes between two segments: the picture is whole.
bool is_harmless(std::string_view text) {
  return text.starts_with("Invalid SOS parameters") || text.starts_with("Unknown Adobe") ||
         text.starts_with("Warning: unknown JFIF") || text.find("extraneous bytes") != std::string_view::npos;
}

class Counter : public log4cplus::Appender {
 public:
  ~Counter() override { destructorImpl(); }
  void close() override {}

 protected:
  void append(const log4cplus::spi::InternalLoggingEvent& event) override {
    const auto& text = event.getMessage();
    if (event.getLogLevel() >= log4cplus::WARN_LOG_LEVEL && !is_harmless({text.data(), text.size()}))
      ++warnings;
  }
};

}  // namespace

JpegWarnings::JpegWarnings() {
  log4cplus::Logger root = log4cplus::Logger::getRoot();
  root.removeAllAppenders();
  root.setLogLevel(log4cplus::WARN_LOG_LEVEL);
  root.addAppender(log4cplus::SharedAppenderPtr(new Counter));
}

unsigned JpegWarnings::count() const {
  return warnings;
}

}  // namespace pgpacs::transcode
