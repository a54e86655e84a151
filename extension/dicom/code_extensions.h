// Code extension techniques: text whose escape sequences change the character set (ISO/IEC 2022,
// PS3.5 6.1.2.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extension/dicom/code_tables.h"

namespace pgpacs::dicom {

// Appends `raw` as UTF-8 without NUL. `initial` is the set of bytes from 0x80 before any escape sequence and
// after each backslash and line; bytes below are ASCII there. False where bytes were no characters: they
// become U+FFFD.
bool decode_code_extensions(std::string_view raw, std::optional<SingleByteSet> initial, std::string& out);

}  // namespace pgpacs::dicom
