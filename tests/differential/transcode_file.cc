// transcode_file PROGRAM TO IN OUT [TIMES]: the file IN in the transfer syntax TO, as C-MOVE would send it,
// by the worker PROGRAM; or a line that says why not, and exit 1. TIMES: as often, and how many a second of
// one core.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

#include "daemon/fault.h"
#include "daemon/transcode/transcoder.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/file_meta.h"
#include "extension/dicom/part10.h"

namespace {

using namespace pgpacs;

void write_file(const char* path, const transcode::TranscodedFile& result, std::string_view to) {
  std::vector<char> bytes(result.size);
  if (::pread(result.file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Failure{dicom::FaultCode::file_missing, "the result cannot be read"};
  std::ofstream out(path, std::ios::binary);
  out << dicom::make_file_meta({.sop_class_uid = "1.2.840.10008.5.1.4.1.1.7",
                                .sop_instance_uid = "1.2.3",
                                .transfer_syntax_uid = std::string(to)});
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Of the processor, by this process and those that it has waited for.
double seconds_used() {
  double seconds = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime})
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return seconds;
}

void run(int argc, char** argv) {
  std::ifstream in(argv[3], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  dicom::Defects defects;
  const dicom::FileLayout layout = find_data_set(dicom::as_bytes(bytes), {}, defects);
  const store::Descriptor file(::open(argv[3], O_RDONLY | O_CLOEXEC));
  auto transcoder =
      std::make_unique<transcode::Transcoder>(transcode::Options{.program = argv[1], .folder = "/var/tmp"});
  const transcode::Source source{file.get(), layout.data_set_at, bytes.size() - layout.data_set_at,
                                 std::string(layout.transfer_syntax_uid)};
  if (argc <= 5) return write_file(argv[4], transcoder->transcode(source, argv[2]), argv[2]);
  const int times = std::atoi(argv[5]);
  const double before = seconds_used();
  for (int i = 0; i < times; ++i) transcoder->transcode(source, argv[2]);
  transcoder.reset();  // so that the worker's time counts
  std::cout << times / (seconds_used() - before) << " objects a second of one core\n";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc, argv);
  } catch (const Failure& failure) {
    std::cout << info(failure.code).name << ": " << failure.what << '\n';
    return 1;
  } catch (const dicom::Fault& fault) {
    std::cout << info(fault.code).name << ": " << message(fault) << '\n';
    return 1;
  }
}
