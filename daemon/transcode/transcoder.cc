#include "daemon/transcode/transcoder.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/fault.h"
#include "daemon/transcode/syntax.h"
#include "daemon/transcode/worker.h"

namespace pgpacs::transcode {
namespace {

using dicom::FaultCode;

store::Descriptor open_result(const std::filesystem::path& folder) {
  store::Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file)
    throw Failure{FaultCode::out_of_resources,
                  std::string("no file for a transcoded object: ") + std::strerror(errno)};
  return file;
}

}  // namespace

// Waits for its turn; a worker that is fit for another job stays for the next who comes.
class Transcoder::Place {
 public:
  explicit Place(Transcoder& transcoder) : transcoder_(transcoder) {
    std::unique_lock lock(transcoder.mutex_);
    transcoder.freed_.wait(lock, [&] { return transcoder.busy_ < transcoder.options_.workers; });
    ++transcoder.busy_;
    if (transcoder.idle_.empty()) return;
    worker_ = std::move(transcoder.idle_.back());
    transcoder.idle_.pop_back();
  }

  ~Place() {
    if (worker_ && !worker_->is_fit()) worker_.reset();
    const std::lock_guard lock(transcoder_.mutex_);
    if (worker_) transcoder_.idle_.push_back(std::move(worker_));
    --transcoder_.busy_;
    transcoder_.freed_.notify_one();
  }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Worker& worker() {
    const Options& options = transcoder_.options_;
    if (!worker_) worker_ = std::make_unique<Worker>(options.program, options.memory);
    return *worker_;
  }

 private:
  Transcoder& transcoder_;
  std::unique_ptr<Worker> worker_;
};

Options options_of(const Settings& settings, std::filesystem::path folder) {
  return {.folder = std::move(folder),
          .workers = settings.transcode_workers,
          .memory = settings.transcode_memory,
          .timeout = settings.transcode_timeout,
          .object_bytes = settings.limit_object_bytes,
          .limits = settings.limits};
}

bool can_transcode(std::string_view from, std::string_view to) {
  return !route(from, to).empty();
}

Transcoder::Transcoder(Options options) : options_(std::move(options)) {
  idle_.reserve(options_.workers);
  if (options_.program.empty())
    options_.program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pacsd-transcode";
}

Transcoder::~Transcoder() = default;

TranscodedFile Transcoder::transcode(const Source& source, std::string_view to) {
  const auto steps = route(source.transfer_syntax, to);
  if (steps.empty())
    throw Failure{FaultCode::not_transcodable, "there is no way between these transfer syntaxes"};
  TranscodedFile result = run(source, steps.front());
  if (steps.size() == 1) return result;
  return run({result.file.get(), 0, result.size, std::string(steps.front())}, steps.back());
}

TranscodedFile Transcoder::run(const Source& source, std::string_view to) {
  TranscodedFile result{open_result(options_.folder)};
  const Job job{.data_set_offset = source.data_set_offset,
                .data_set_size = source.data_set_size,
                .object_bytes = options_.object_bytes,
                .seconds = static_cast<std::uint32_t>(options_.timeout.count()),
                .from = to_uid(source.transfer_syntax),
                .to = to_uid(to),
                .limits = options_.limits};
  Place place(*this);
  const Outcome outcome = place.worker().run(job, source.file, result.file.get(), options_.timeout);
  if (!outcome.is_done) throw Failure{outcome.code, outcome.what.data()};
  result.size = outcome.size;
  return result;
}

}  // namespace pgpacs::transcode
