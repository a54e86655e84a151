// Finding one attribute in a header, or in a series' template and an instance's difference from it, without
// merging the two. Plain C++ without destructors: these functions call the backend and may be jumped out of.
//
// A difference holds, by tag: null (the attribute is absent here) · a value or an array of values (the
// template's VR stays) · an object (the whole element, as in a header).
#pragma once

#include "extension/dicom/path.h"

#include "extension/pg/server.h"

namespace pgpacs::pg {

// From "PatientName", "00100010", a path through sequences or a private attribute (extension/dicom/path.h);
// PC008 where it is none of these. Remembered in fn_extra.
const dicom::Path& path_argument(FunctionCallInfo fcinfo, int argument);

// The values of an attribute: an array's container, or one scalar of a difference.
struct Values {
  bool exists = false;
  bool is_scalar = false;
  JsonbContainer* array = nullptr;
  JsonbValue scalar;

  int count() const { return !exists ? 0 : is_scalar ? 1 : static_cast<int>(JsonContainerSize(array)); }
  // The i-th value into `out`; false where it is null or beyond the end.
  bool get(int i, JsonbValue* out) const;
};

// Bytes of an array's container.
uint32 container_size(JsonbContainer* array);

Values find_values(Jsonb* header, const dicom::Path& path);
// Of a template, argument 0 of a call, and a difference. The template is read only where the difference does
// not settle it.
Values find_values(FunctionCallInfo template_of, Jsonb* difference, const dicom::Path& path);

}  // namespace pgpacs::pg
