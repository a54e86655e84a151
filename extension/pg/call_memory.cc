#include "extension/pg/call_memory.h"

namespace pgpacs::pg {

CallMemory& call_memory(FunctionCallInfo fcinfo) {
  if (fcinfo->flinfo->fn_extra == nullptr)
    fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallMemory));
  return *static_cast<CallMemory*>(fcinfo->flinfo->fn_extra);
}

// A value in TOAST is never changed, and its number not given again while a statement that saw it runs: the
// same place holds the same bytes.
Jsonb* template_argument(FunctionCallInfo fcinfo) {
  auto* datum = reinterpret_cast<struct varlena*>(PG_GETARG_POINTER(0));
  if (!VARATT_IS_EXTERNAL_ONDISK(datum)) return PG_GETARG_JSONB_P(0);
  varatt_external place;
  VARATT_EXTERNAL_GET_POINTER(place, datum);
  CallMemory& memory = call_memory(fcinfo);
  if (memory.header_template != nullptr && memcmp(&memory.template_place, &place, sizeof place) == 0)
    return memory.header_template;
  if (memory.header_template != nullptr) pfree(memory.header_template);
  memory.header_template = nullptr;  // what follows may leave by an error
  const MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
  memory.header_template = reinterpret_cast<Jsonb*>(pg_detoast_datum(datum));
  MemoryContextSwitchTo(before);
  memory.template_place = place;
  return memory.header_template;
}

}  // namespace pgpacs::pg
