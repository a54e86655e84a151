// Edits as JSON (docs/rewrite.md): [{"op": "replace", "attribute": "PatientName", "value": "Anon^A"}, …]
#pragma once

#include <string_view>

#include "extension/dicom/edits.h"

namespace pgpacs::dicom {

// The number of an edit is its place in the array, from 0. `in_hand` is the one that is being read, for who
// must say which of them a fault is about. Throws bad_argument, unknown_attribute, too_deep.
Edits parse_edits(std::string_view json, Edits::Number& in_hand);

}  // namespace pgpacs::dicom
