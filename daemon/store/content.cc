#include "daemon/store/content.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <vector>

#include "daemon/fault.h"
#include "extension/dicom/content.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/header_scanner.h"
#include "extension/dicom/inflater.h"

namespace pgpacs::store {
namespace {

using dicom::Bytes;
using dicom::FaultCode;

constexpr std::size_t piece_size = 1 << 20;

// Gives [from, to) of a file in pieces; to the end where `to` is 0.
void read_range(int fd, std::uint64_t from, std::uint64_t to, const std::function<void(Bytes)>& sink) {
  std::vector<std::byte> piece(piece_size);
  while (to == 0 || from < to) {
    const std::size_t wanted =
        to == 0 ? piece.size() : static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), to - from));
    const ssize_t count = ::pread(fd, piece.data(), wanted, static_cast<off_t>(from));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
    if (count == 0) {
      if (to != 0) throw Failure{FaultCode::file_missing, "a file of the store is shorter than it was"};
      return;
    }
    sink(Bytes(piece).first(static_cast<std::size_t>(count)));
    from += static_cast<std::uint64_t>(count);
  }
}

// A deflated data set has no places to jump to: its value is inflated past up to the range.
void inflate_range(int fd, std::uint64_t data_set_offset, std::uint64_t from, std::uint64_t length,
                   const dicom::Limits& limits, const dicom::ContentSink& sink) {
  dicom::Inflater inflater(limits);
  std::uint64_t at = 0;
  const std::uint64_t to = from + length;
  read_range(fd, data_set_offset, 0, [&](Bytes deflated) {
    inflater.feed(deflated, [&](Bytes piece) {
      const std::uint64_t begin = std::max(at, from);
      const std::uint64_t end = std::min(at + piece.size(), to);
      if (begin < end)
        sink(piece.subspan(static_cast<std::size_t>(begin - at), static_cast<std::size_t>(end - begin)));
      at += piece.size();
    });
  });
}

}  // namespace

Digest content_digest(const ContentSource& source, const dicom::Limits& limits) {
  const Descriptor file = source.store->open(source.file_id);
  try {
    dicom::HeaderScanner scanner(source.syntax, limits);
    read_range(file.get(), source.data_set_offset, 0, [&](Bytes piece) { scanner.feed(piece); });
    scanner.finish();
    dicom::Defects ignored;
    dicom::Reader reader({scanner.header(), scanner.gaps()}, scanner.syntax(), limits, ignored);
    Sha256 digest;
    const dicom::ContentSink sink = [&](Bytes piece) { digest.add(piece); };
    const dicom::ContentFetch fetch = [&](std::uint64_t at, std::uint64_t length,
                                          const dicom::ContentSink& to) {
      if (source.syntax.is_deflated)
        inflate_range(file.get(), source.data_set_offset, at, length, limits, to);
      else
        read_range(file.get(), source.data_set_offset + at, source.data_set_offset + at + length, to);
    };
    write_content(reader, fetch, sink);
    return digest.finish();
  } catch (const dicom::Fault& fault) {
    throw Failure{fault.code, message(fault)};
  }
}

}  // namespace pgpacs::store
