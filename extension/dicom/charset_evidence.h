// What there is to judge a declared character set by.
#pragma once

#include <cstddef>
#include <string>

#include "extension/dicom/charset.h"
#include "extension/dicom/reader.h"

namespace pgpacs::dicom {

// The raw texts that are not all ASCII, a line each, from the element at which the reader stands, which is
// not moved: of standard elements in the data set's own character set, up to 4 KiB, found among the next
// 4,096 events, so that time and memory are bounded whatever follows. Texts over
// `longest` bytes do not count.
std::string collect_texts(const Reader& at, const CharacterSet& declared, std::size_t longest);

}  // namespace pgpacs::dicom
