#include "daemon/dimse/edited.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "daemon/fault.h"
#include "extension/dicom/edits_json.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/header_scanner.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;

constexpr std::uint64_t piece_size = 1 << 18;

dicom::HeaderScanner scan(const DataSetPlace& place, const dicom::Limits& limits) {
  const auto syntax = dicom::find_transfer_syntax(place.transfer_syntax_uid);
  if (!syntax) throw dicom::Fault{FaultCode::unknown_transfer_syntax, "the transfer syntax is not known"};
  if (syntax->is_deflated)
    throw dicom::Fault{FaultCode::not_transcodable, "a deflated data set is not edited"};
  dicom::HeaderScanner scanner(*syntax, limits);
  std::vector<std::byte> piece(static_cast<std::size_t>(std::min(place.size, piece_size)));
  for (std::uint64_t done = 0; done < place.size;) {
    const auto bytes = std::span(piece).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), place.size - done)));
    read_exactly(place.file, place.at + done, bytes);
    scanner.feed(bytes);
    done += bytes.size();
  }
  scanner.finish();
  return scanner;
}

dicom::WrittenDataSet write(const dicom::HeaderScanner& scanner, std::string_view json,
                            const dicom::Limits& limits) {
  dicom::Edits::Number ignored = dicom::Edits::none;
  const dicom::Edits edits = dicom::parse_edits(json, ignored);
  dicom::Defects defects;
  dicom::Writer writer({scanner.header(), scanner.gaps()}, scanner.syntax(), edits, dicom::WriteAs::it_came,
                       2 * limits.header_bytes, limits, defects);
  while (writer.write_some()) {
  }
  return writer.take();
}

// The first that can be made.
dicom::WrittenDataSet write_one_of(const dicom::HeaderScanner& scanner, std::string_view edits,
                                   const dicom::Limits& limits) {
  const std::size_t end = edits.find('\n');
  try {
    return write(scanner, edits.substr(0, end), limits);
  } catch (const dicom::Fault& fault) {
    if (fault.code != FaultCode::foreign_character || end == std::string_view::npos) throw;
  }
  return write_one_of(scanner, edits.substr(end + 1), limits);
}

}  // namespace

void read_exactly(int file, std::uint64_t at, std::span<std::byte> to) {
  while (!to.empty()) {
    const ssize_t count = ::pread(file, to.data(), to.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Failure{FaultCode::file_missing, std::string("a file of the store: ") + std::strerror(errno)};
    if (count == 0) throw Failure{FaultCode::file_missing, "a file of the store is shorter than it was"};
    at += static_cast<std::uint64_t>(count);
    to = to.subspan(static_cast<std::size_t>(count));
  }
}

dicom::WrittenDataSet write_edited(const DataSetPlace& place, std::string_view edits,
                                   const dicom::Limits& limits) {
  try {
    return write_one_of(scan(place, limits), edits, limits);
  } catch (const dicom::Fault& fault) {
    throw Failure{fault.code, "the identity of its patient card cannot be put in: " + message(fault)};
  }
}

}  // namespace pgpacs::dimse
