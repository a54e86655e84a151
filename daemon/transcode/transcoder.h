// Brings a stored data set into another transfer syntax, in worker processes (pacsd-transcode) that may die:
// codecs run on bytes from outside (DESIGN, promise 4). A worker that crashes, hangs or asks for too much
// costs the object that it had in hand, and nothing else.
//
// Nothing is compressed with loss. The SOP Instance UID stays: it changes where pixels do (PS3.3
// C.7.6.1.1.2), and what a decoder makes of a codestream is what every reader of the instance sees. Lossy
// Image Compression (0028,2110) stays as well: an image that has lost something has lost it for good (PS3.3
// C.7.6.1.1.5).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/limits.h"

namespace pgpacs::transcode {

struct Options {
  // Of pacsd-transcode; empty: beside this program.
  std::filesystem::path program{};
  // Where results lie, without a name: `incoming` of the store, say.
  std::filesystem::path folder{};
  std::uint32_t workers = 4;                             // processes at once; who comes when all work waits
  std::uint64_t memory = std::uint64_t{1} << 30;         // bytes of address space of one worker
  std::chrono::seconds timeout{60};                      // for one object
  std::uint64_t object_bytes = std::uint64_t{16} << 30;  // of a result, at most
  dicom::Limits limits{};
};

// As the settings have it.
Options options_of(const Settings& settings, std::filesystem::path folder);

// The bytes [data_set_offset, data_set_offset + data_set_size) of an open file, which stays the caller's.
struct Source {
  int file = -1;
  std::uint64_t data_set_offset = 0;
  std::uint64_t data_set_size = 0;
  std::string transfer_syntax;
};

// A data set from its first byte to its last, in a file that goes when it is closed.
struct TranscodedFile {
  store::Descriptor file;
  std::uint64_t size = 0;
};

// Whether there is a way from one transfer syntax to another; of one object it may still fail. Video, JPIP
// and what we do not know have none; to encapsulated syntaxes there is one where they lose nothing.
bool can_transcode(std::string_view from, std::string_view to);

class Worker;

// May be called by many threads at once.
class Transcoder {
 public:
  explicit Transcoder(Options options);
  ~Transcoder();
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;

  bool can(std::string_view from, std::string_view to) const { return can_transcode(from, to); }

  // Throws Failure: not_transcodable where the object cannot be brought into that syntax (no codec for what
  // it is, a broken codestream, one that is not what the header says, a worker that died of it), the faults
  // of a reader where it is no data set, too_large beyond the limits, out_of_resources where it can be tried
  // again.
  TranscodedFile transcode(const Source& source, std::string_view to);

 private:
  class Place;  // a worker, for one job
  TranscodedFile run(const Source& source, std::string_view to);

  Options options_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::uint32_t busy_ = 0;
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace pgpacs::transcode
