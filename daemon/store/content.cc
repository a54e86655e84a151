#include "daemon/store/content.h"

#include <algorithm>
#include <limits>

#include "daemon/fault.h"
#include "daemon/store/stored_file.h"
#include "extension/dicom/content.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/header_scanner.h"
#include "extension/dicom/inflater.h"

namespace pgpacs::store {
namespace {

using dicom::Bytes;

// What a deflated data set inflates to, forward only: it has no places to jump to, and beginning again for
// each value would cost a hostile object's values times its size. The inflater bounds what comes of it.
class InflatedFile {
 public:
  InflatedFile(StoredFile& file, std::uint64_t data_set_offset, const dicom::Limits& limits)
      : file_(file), read_at_(data_set_offset), inflater_(limits) {}

  // Gives [from, from + length); `from` never goes back.
  void give(std::uint64_t from, std::uint64_t length, const dicom::ContentSink& sink) {
    pass(from - at_, [](Bytes) {});
    pass(length, sink);
  }

 private:
  void pass(std::uint64_t count, const dicom::ContentSink& sink) {
    while (count > 0) {
      if (piece_.empty()) inflate_more();
      const Bytes taken =
          piece_.first(static_cast<std::size_t>(std::min<std::uint64_t>(count, piece_.size())));
      sink(taken);
      piece_ = piece_.subspan(taken.size());
      at_ += taken.size();
      count -= taken.size();
    }
  }

  void inflate_more() {
    for (piece_ = inflater_.next(); piece_.empty(); piece_ = inflater_.next()) {
      const Bytes deflated = file_.read(read_at_, std::numeric_limits<std::uint64_t>::max());
      if (deflated.empty() || inflater_.is_finished())
        throw Failure{dicom::FaultCode::file_missing, "a file of the store is shorter than it was"};
      inflater_.give(deflated);
      read_at_ += deflated.size();
    }
  }

  StoredFile& file_;
  std::uint64_t read_at_;  // in the file
  dicom::Inflater inflater_;
  Bytes piece_;           // inflated, not passed yet
  std::uint64_t at_ = 0;  // of piece_, in the data set
};

Digest digest_of(StoredFile& file, const ContentSource& source, const dicom::Limits& limits) {
  const std::uint64_t size = file.size();
  dicom::HeaderScanner scanner(source.syntax, limits);
  file.give(source.data_set_offset, size, [&](Bytes piece) { scanner.feed(piece); });
  scanner.finish();
  dicom::Defects ignored;
  dicom::Reader reader({scanner.header(), scanner.gaps()}, scanner.syntax(), limits, ignored);
  InflatedFile inflated(file, source.data_set_offset, limits);
  const dicom::ContentFetch fetch = [&](std::uint64_t at, std::uint64_t length,
                                        const dicom::ContentSink& to) {
    if (source.syntax.is_deflated)
      inflated.give(at, length, to);
    else
      file.give(source.data_set_offset + at, source.data_set_offset + at + length, to);
  };
  Sha256 digest;
  write_content(reader, fetch, [&](Bytes piece) { digest.add(piece); });
  return digest.finish();
}

}  // namespace

Digest content_digest(const ContentSource& source, const dicom::Limits& limits) {
  StoredFile file(*source.store, source.file_id);
  try {
    return digest_of(file, source, limits);
  } catch (const dicom::Fault& fault) {
    throw Failure{fault.code, message(fault)};
  }
}

}  // namespace pgpacs::store
