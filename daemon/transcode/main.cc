// pacsd-transcode: does the jobs that pacsd sends over descriptor 3, one after the other, until that closes.
// It has no database, no network and no name of any file; what it may take is bounded. Argument: bytes of
// address space.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <new>
#include <string_view>

#include "daemon/transcode/conversion.h"
#include "daemon/transcode/job.h"
#include "extension/dicom/fault.h"

namespace {

using namespace pgpacs;
using namespace pgpacs::transcode;

void limit(__rlimit_resource_t resource, rlim_t most) {
  const rlimit bounds{most, most};
  ::setrlimit(resource, &bounds);
}

// Before the first byte from outside is read.
void bound_process([[maybe_unused]] rlim_t memory) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write then says so
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, files_at_once);
// The sanitizers' shadow takes terabytes of addresses.
#ifndef __SANITIZE_ADDRESS__
  limit(RLIMIT_AS, memory);
#endif
}

// The soft limits are of this job: the hard ones stay open for the next.
void bound_job(const Job& job) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto so_far = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
  const rlimit seconds{so_far + job.seconds + 1, RLIM_INFINITY};
  ::setrlimit(RLIMIT_CPU, &seconds);
  const rlimit bytes{job.object_bytes, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &bytes);
}

Outcome fault(dicom::FaultCode code, std::string_view what) {
  Outcome outcome;
  outcome.code = code;
  std::copy_n(what.begin(), std::min(what.size(), outcome.what.size() - 1), outcome.what.begin());
  return outcome;
}

Outcome run(const ReceivedJob& received) try {
  const Job& job = received.job;
  bound_job(job);
  const Input input(received.input, job.data_set_offset, job.data_set_size);
  Output output(received.output);
  convert(input, text_of(job.from), text_of(job.to), output, job.limits);
  Outcome outcome;
  outcome.is_done = true;
  outcome.size = output.size();
  return outcome;
} catch (const dicom::Fault& found) {
  return fault(found.code, message(found));
} catch (const std::bad_alloc&) {
  return fault(dicom::FaultCode::too_large, "the object needs more memory than a transcoder may have");
} catch (const std::exception& error) {
  return fault(dicom::FaultCode::not_transcodable, error.what());
}

}  // namespace

int main(int argc, char** argv) {
  rlim_t memory = 0;
  const std::string_view text = argc == 2 ? argv[1] : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), memory);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return 2;
  bound_process(memory);
  while (const auto received = receive_job(job_socket)) {
    const Outcome outcome = run(*received);
    ::close(received->input);
    ::close(received->output);
    if (!send_outcome(job_socket, outcome)) break;
  }
}
