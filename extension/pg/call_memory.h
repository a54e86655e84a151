// What a call of a function keeps for the next one of the same expression (fn_extra): the path that was
// parsed, and the template that was read. A series' template serves each of its instances in turn: to fetch
// it from TOAST again for each costs more than all that is done with it.
#pragma once

#include "extension/dicom/path.h"

#include "extension/pg/server.h"

namespace pgpacs::pg {

inline constexpr Size longest_path = 512;

struct CallMemory {
  char path_text[longest_path];
  Size path_size;  // 0: none
  dicom::Path path;
  varatt_external template_place;  // of the value in TOAST that `header_template` is of
  Jsonb* header_template;          // nullptr: none
};

CallMemory& call_memory(FunctionCallInfo fcinfo);

// Argument 0, a template. Valid until the next call of the same expression.
Jsonb* template_argument(FunctionCallInfo fcinfo);

}  // namespace pgpacs::pg
