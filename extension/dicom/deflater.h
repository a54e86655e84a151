// Deflates for the deflated transfer syntaxes (PS3.5 A.5: RFC 1951, no zlib header).
#pragma once

#include <memory>
#include <vector>

#include "extension/dicom/bytes.h"

namespace pgpacs::dicom {

class Deflater {
 public:
  Deflater();
  ~Deflater();

  // Appends what the next bytes come to; `is_last` ends the stream, padded to even length.
  void feed(Bytes bytes, bool is_last, std::vector<std::byte>& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgpacs::dicom
