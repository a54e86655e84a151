// Data sets on their way out: files of the store, opened, read ahead by the kernel and transcoded where the
// receiver needs that, while those before them are sent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/db/retrieve.h"
#include "daemon/dimse/requestor.h"
#include "daemon/fault.h"
#include "daemon/store/file_store.h"
#include "daemon/transcode/transcoder.h"
#include "extension/dicom/bytes.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dimse {

struct OutgoingSource {
  const store::FileStore& store;
  transcode::Transcoder& transcoder;
  const dicom::Limits& limits;
};

// One data set, in the transfer syntax of its context.
class Outgoing {
 public:
  Outgoing(Requestor::Context context, store::Descriptor file, std::uint64_t offset, std::uint64_t size)
      : context_(std::move(context)), file_(std::move(file)), left_(size), pieces_{{true, offset, size}} {}

  // The same with edits made. Throws what write_edited does.
  Outgoing edit(std::string_view edits, const dicom::Limits& limits) &&;

  const Requestor::Context& context() const { return context_; }
  std::uint64_t left() const { return left_; }
  // The next bytes, into the buffer. Throws Failure file_missing where they cannot be read.
  dicom::Bytes read(std::span<std::byte> buffer);

 private:
  // Of the file, or of the bytes.
  struct Piece {
    bool is_of_file = false;
    std::uint64_t at = 0, size = 0;
  };
  void add(Piece piece);

  Requestor::Context context_;
  store::Descriptor file_;
  std::uint64_t left_;
  std::vector<Piece> pieces_;
  std::size_t piece_ = 0;
  std::vector<std::byte> bytes_;
};

// What is sent next: at most eight files and 32 MB are opened and read ahead.
class ReadAhead {
 public:
  using Choose = std::function<std::optional<Requestor::Context>(const db::StoredInstance& object)>;

  ReadAhead(const OutgoingSource& source, std::span<const db::StoredInstance> objects,
            std::span<const std::size_t> order, Choose choose)
      : source_(source), objects_(objects), order_(order), choose_(std::move(choose)) {}

  // Of order.front(), and so on; nothing where no context fits. Throws Failure: file_missing where the file
  // is not there or not of its size, what the transcoder throws.
  std::optional<Outgoing> next();

 private:
  struct Ready {
    std::uint64_t bytes;
    std::future<std::optional<Outgoing>> outgoing;
  };
  void fill();
  std::future<std::optional<Outgoing>> prepare(const db::StoredInstance& object) const;

  OutgoingSource source_;
  std::span<const db::StoredInstance> objects_;
  std::span<const std::size_t> order_;
  Choose choose_;
  std::deque<Ready> ready_;
  std::uint64_t bytes_ahead_ = 0;
};

}  // namespace pgpacs::dimse
