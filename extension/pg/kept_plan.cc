// dicom.open_cursor: a cursor of a statement whose plan is kept for the next time. PL/pgSQL plans a dynamic
// statement each time, which takes longer than to find a study by its key.
#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_open_cursor);
}

namespace {

struct KeptPlan {
  char* statement = nullptr;
  SPIPlanPtr plan = nullptr;
};

// Of a backend. Whoever asks for other keys in each query takes turns in them.
constexpr int most_plans = 32;
// A plan takes a hundred times the memory of its statement, and who asks can make that long.
constexpr size_t longest_statement = 8192;
KeptPlan plans[most_plans];
int next_plan = 0;

// The plan fits any parameters: it is made once. Fast, as PL/pgSQL's own cursors: what gives the first rows
// soon.
SPIPlanPtr make_plan(const char* statement) {
  Oid types[] = {NAMEOID, TEXTARRAYOID};
  const SPIPlanPtr plan = SPI_prepare_cursor(
      statement, 2, types, CURSOR_OPT_NO_SCROLL | CURSOR_OPT_FAST_PLAN | CURSOR_OPT_GENERIC_PLAN);
  if (plan == nullptr) elog(ERROR, "SPI_prepare_cursor: %s", SPI_result_code_string(SPI_result));
  if (!SPI_is_cursor_plan(plan))
    ereport(ERROR, errcode(ERRCODE_INVALID_CURSOR_DEFINITION), errmsg("a cursor is of one query"));
  return plan;
}

// Nothing is lost or freed twice where memory ends in between.
SPIPlanPtr keep(const char* statement, SPIPlanPtr plan) {
  KeptPlan& place = plans[next_plan];
  char* copy = MemoryContextStrdup(TopMemoryContext, statement);
  if (place.plan != nullptr) {
    SPI_freeplan(place.plan);  // a cursor that is open holds on to it
    pfree(place.statement);
    place = {};
  }
  SPI_keepplan(plan);
  place = {copy, plan};
  next_plan = (next_plan + 1) % most_plans;
  return plan;
}

SPIPlanPtr plan_of(const char* statement) {
  for (const KeptPlan& kept : plans)
    if (kept.statement != nullptr && strcmp(kept.statement, statement) == 0) return kept.plan;
  const SPIPlanPtr plan = make_plan(statement);
  return strlen(statement) > longest_statement ? plan : keep(statement, plan);
}

}  // namespace

// dicom.open_cursor(statement text, caller name, parameters text[], cursor_name text) returns refcursor
Datum pgpacs_open_cursor(PG_FUNCTION_ARGS) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
    ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
            errmsg("a cursor has a statement, a caller and parameters"));
  const char* statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const char* name = PG_ARGISNULL(3) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(3));
  Datum values[] = {PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
  SPI_connect();
  const Portal portal = SPI_cursor_open(name, plan_of(statement), values, nullptr, false);
  SPI_finish();
  PG_RETURN_TEXT_P(cstring_to_text(portal->name));
}
