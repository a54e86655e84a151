// One step of a route (syntax.h): a data set in one transfer syntax to the same in another.
#pragma once

#include <string_view>

#include "daemon/transcode/file.h"
#include "extension/dicom/limits.h"

namespace pgpacs::transcode {

// Everything but the pixels comes out as extension/dicom's Writer gives it, bit for bit where the two
// syntaxes have the same bits; memory holds the header and a frame. Throws Fault, and std::bad_alloc.
void convert(const Input& input, std::string_view from, std::string_view to, Output& output,
             const dicom::Limits& limits);

}  // namespace pgpacs::transcode
