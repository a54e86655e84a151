// UTF-8 whose bytes were taken for characters of a single-byte set and encoded in UTF-8 again.
#pragma once

#include <string>
#include <string_view>

#include "extension/dicom/code_tables.h"

namespace pgpacs::dicom {

// Appends the text that `raw` was before its second encoding, without NUL. False, and nothing appended, where
// it was not encoded twice through that set. Through windows-1252 is through Latin 1, too: they differ where
// Latin 1 has control characters.
bool decode_twice_encoded(std::string_view raw, SingleByteSet through, std::string& out);

}  // namespace pgpacs::dicom
