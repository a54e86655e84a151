// The content of a data set in one canonical form, whatever its transfer syntax: two objects with the same
// bytes of it are the same object. Elements ascending as they stand, in little endian, without group lengths
// (retired), trailing padding of the data set, and padding of texts; items and sequences are marked, so that
// defined and undefined lengths come out alike. VRs are left out: implicit VR does not know those of private
// elements, whose padding stays for the same reason. Compressed pixels stand as they are. A private sequence
// of defined length is closed in implicit VR where no dictionary knows it: there the two forms of one object
// differ, and both are kept.
#pragma once

#include <functional>

#include "extension/dicom/reader.h"

namespace pgpacs::dicom {

// Takes pieces of the canonical form, in order.
using ContentSink = std::function<void(Bytes)>;

// Gives the bytes of a value that the source left out: `length` of them from `at` in the data set.
using ContentFetch = std::function<void(std::uint64_t at, std::uint64_t length, const ContentSink& to)>;

// Reads to the end of `reader`. Values that were left out are fetched, in pieces of any size; where they are
// numbers of a big-endian data set they are turned around.
void write_content(Reader& reader, const ContentFetch& fetch, const ContentSink& sink);

}  // namespace pgpacs::dicom
