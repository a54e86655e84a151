// What the daemon's scanner keeps of a stream, in pieces of any size, is what the reader reads of the whole:
// the one refuses where the other does, and large values aside the headers are the same.
#include <algorithm>

#include "extension/dicom/header_scanner.h"
#include "extension/dicom/part10.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/read.h"

using namespace pgpacs;

namespace {

// The first byte chooses the syntax and the size of pieces.
dicom::TransferSyntax syntax_of(std::uint8_t choice) {
  dicom::TransferSyntax syntax{};
  syntax.is_explicit = (choice & 1) != 0;
  syntax.is_big_endian = (choice & 3) == 3;
  return syntax;
}

// What the reader makes of it. The scanner looks at the first element, whether the data set is in the syntax
// that it is said to be in; so does the reader's user.
fuzz::Read read_whole(dicom::Bytes whole, dicom::TransferSyntax& syntax) {
  try {
    dicom::Defects ignored;
    syntax = dicom::check_syntax(whole, syntax, ignored);
  } catch (const dicom::Fault& fault) {
    return {.fault = fault.code};
  }
  return fuzz::read({whole}, syntax, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;  // an empty data set is read, and is no object to be stored
  const dicom::TransferSyntax syntax = syntax_of(data[0]);
  const std::size_t piece = 1 + (data[0] >> 2) * 7;
  const dicom::Bytes whole(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  dicom::HeaderScanner scanner(syntax, fuzz::limits());
  bool is_refused = false;
  try {
    for (std::size_t at = 0; at < whole.size(); at += piece)
      scanner.feed(whole.subspan(at, std::min(piece, whole.size() - at)));
    scanner.finish();
  } catch (const dicom::Fault&) {
    is_refused = true;
  }
  dicom::TransferSyntax found = syntax;
  const fuzz::Read expected = read_whole(whole, found);
  fuzz::check(is_refused == expected.fault.has_value(), "The scanner refuses what the reader does");
  if (is_refused) return 0;
  const fuzz::Read kept = fuzz::read({scanner.header(), scanner.gaps()}, found, true);
  fuzz::check(!kept.fault, "What the scanner keeps is read");
  fuzz::check(kept.json == expected.json, "and says the same");
  return 0;
}
