// What the first bytes of an element tell before anything is known of it. Callers see to it that they are
// there.
#pragma once

#include "extension/dicom/bytes.h"
#include "extension/dicom/vr.h"

namespace pgpacs::dicom {

inline bool is_vr_at(Bytes bytes, std::size_t at) {
  return is_known(static_cast<VR>(vr_code(static_cast<char>(bytes[at]), static_cast<char>(bytes[at + 1]))));
}

// An element of file meta information: little endian whatever the data set is in (PS3.10 7.1).
inline bool starts_with_meta(Bytes bytes) {
  return bytes.size() >= 8 && load<std::uint16_t>(bytes.data(), false) == 0x0002 &&
         load<std::uint16_t>(bytes.data() + 2, false) <= 0x0102;
}

}  // namespace pgpacs::dicom
