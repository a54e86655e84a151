// Values and data sets of the DICOM JSON model (PS3.18 F.2), as edits.h has them.
#pragma once

#include <vector>

#include "extension/dicom/edits.h"
#include "extension/dicom/json_parser.h"

namespace pgpacs::dicom {

// Throws bad_argument for what is no VR.
VR parse_vr(const JsonValue& value);

// One value or an array of them; null and [] are no value.
void set_values(const JsonValue& json, Value& value);

// An attribute of a data set or an item, BulkDataURI aside. Throws bad_argument for what is not of the model,
// and for groups that are no part of a data set.
Attribute parse_attribute(const JsonMember& member);

// All of them, ascending. Throws bad_argument for one that is given twice as well.
std::vector<Attribute> parse_data_set(const JsonValue& object);

}  // namespace pgpacs::dicom
