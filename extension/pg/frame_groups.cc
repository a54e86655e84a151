// dicom.frame_groups: the functional groups of each frame of an enhanced object (PS3.3 C.7.6.16).
#include "extension/pg/attribute.h"
#include "extension/pg/row.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_frame_groups);
PG_FUNCTION_INFO_V1(pgpacs_all_frame_groups);
}

namespace pgpacs::pg {
namespace {

constexpr char shared_groups[] = "52009229";
constexpr char per_frame_groups[] = "52009230";

dicom::Path path_to(const char* tag) {
  dicom::Path path;
  path.size = 1;
  memcpy(path.steps[0].tag.data(), tag, path.steps[0].tag.size());
  return path;
}

// Arguments (header, …) or (template, difference, …).
Values find_items(FunctionCallInfo fcinfo, bool is_pair, const char* tag) {
  if (!is_pair) return find_values(PG_GETARG_JSONB_P(0), path_to(tag));
  return find_values(fcinfo, PG_GETARG_JSONB_P(1), path_to(tag));
}

// An item's data set, copied; nullptr where there is none.
Jsonb* item(const Values& items, int i) {
  JsonbValue value;
  if (!items.get(i, &value) || value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data))
    return nullptr;
  return JsonbValueToJsonb(&value);
}

// A group stands in the one sequence or the other; where it is in both, the frame's own is nearer.
Datum join(Jsonb* shared, Jsonb* own) {
  if (shared == nullptr) return JsonbPGetDatum(own);
  return DirectFunctionCall2(jsonb_concat, JsonbPGetDatum(shared), JsonbPGetDatum(own));
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs::pg;

// dicom.frame_groups(header jsonb, frame int), (template jsonb, difference jsonb, frame int) returns jsonb
Datum pgpacs_frame_groups(PG_FUNCTION_ARGS) {
  const bool is_pair = PG_NARGS() == 3;
  const int32 frame = PG_GETARG_INT32(is_pair ? 2 : 1);
  if (frame < 1) PG_RETURN_NULL();
  Jsonb* own = item(find_items(fcinfo, is_pair, per_frame_groups), frame - 1);
  if (own == nullptr) PG_RETURN_NULL();
  PG_RETURN_DATUM(join(item(find_items(fcinfo, is_pair, shared_groups), 0), own));
}

// dicom.frame_groups(header jsonb), (template jsonb, difference jsonb) returns table (frame, groups). The
// header is detoasted once for all frames; each frame's memory is free again after it.
Datum pgpacs_all_frame_groups(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const bool is_pair = PG_NARGS() == 2;
  const Values frames = find_items(fcinfo, is_pair, per_frame_groups);
  Jsonb* shared = item(find_items(fcinfo, is_pair, shared_groups), 0);
  const MemoryContext each =
      AllocSetContextCreate(CurrentMemoryContext, "dicom.frame_groups", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(each);
  for (int i = 0; i < frames.count(); ++i) {
    CHECK_FOR_INTERRUPTS();
    Jsonb* own = item(frames, i);
    if (own != nullptr) {
      Row<2> row;
      row.put(Int32GetDatum(i + 1));
      row.put(join(shared, own));
      row.finish_into(result);
    }
    MemoryContextReset(each);
  }
  MemoryContextSwitchTo(before);
  MemoryContextDelete(each);
  return Datum{0};
}
