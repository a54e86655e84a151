// Wild card matching of PS3.4 C.2.2.2.4.
#pragma once

#include <string_view>

namespace pgpacs::dicom {

// Whether a text is what a pattern says: * any characters, ? one character of UTF-8. Looks back to the last
// star only: at worst the product of both lengths, never more.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace pgpacs::dicom
