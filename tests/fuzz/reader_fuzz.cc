// A file or a bare data set of any bytes: a fault of ours or JSON in UTF-8 without NUL, the same each time.
#include "extension/dicom/inflater.h"
#include "extension/dicom/part10.h"
#include "extension/dicom/utf8.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/read.h"

using namespace pgpacs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dicom::Bytes file(reinterpret_cast<const std::byte*>(data), size);
  try {
    dicom::Defects defects;
    const dicom::FileLayout layout = dicom::find_data_set(file, {}, defects);
    dicom::Bytes data_set = file.subspan(layout.data_set_at);
    std::vector<std::byte> inflated;
    if (layout.syntax.is_deflated) {
      dicom::Inflater inflater(fuzz::limits());
      inflater.feed(data_set,
                    [&](dicom::Bytes piece) { inflated.insert(inflated.end(), piece.begin(), piece.end()); });
      data_set = inflated;
    }
    const fuzz::Read first = fuzz::read({data_set}, layout.syntax, false);
    fuzz::check(dicom::is_utf8(first.json), "JSON is UTF-8");
    fuzz::check(first.json.find('\0') == std::string::npos, "JSON has no NUL");
    const fuzz::Read again = fuzz::read({data_set}, layout.syntax, false);
    fuzz::check(first.json == again.json && first.fault == again.fault, "Reading depends on the bytes alone");
    const fuzz::Read cut = fuzz::read({data_set}, layout.syntax, true);
    fuzz::check(first.fault || !cut.fault, "What is read whole is read where it may be cut");
  } catch (const dicom::Fault&) {
  }
  return 0;
}
