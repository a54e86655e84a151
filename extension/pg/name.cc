// dicom.romanize and dicom.name_skeleton.
#include <string>
#include <string_view>

#include "extension/dicom/romanize.h"
#include "extension/pg/border.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_romanize);
PG_FUNCTION_INFO_V1(pgpacs_name_skeleton);
}

namespace pgpacs::pg {
namespace {

// A megabyte is no name; to read so much must end before anybody wants to cancel it.
constexpr Size longest_name = 1 << 20;

Datum transformed(FunctionCallInfo fcinfo, std::string (*transform)(std::string_view)) {
  static std::string result;
  if (toast_raw_datum_size(PG_GETARG_DATUM(0)) - VARHDRSZ > longest_name)
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("a name has a megabyte at most")));
  const text* given = PG_GETARG_TEXT_PP(0);
  raise_unless_ok(protect([&] { result = transform({VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)}); }));
  PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data(), static_cast<int>(result.size())));
}

}  // namespace
}  // namespace pgpacs::pg

// dicom.romanize(name text) returns text
Datum pgpacs_romanize(PG_FUNCTION_ARGS) {
  return pgpacs::pg::transformed(fcinfo, pgpacs::dicom::romanize);
}

// dicom.name_skeleton(name text) returns text
Datum pgpacs_name_skeleton(PG_FUNCTION_ARGS) {
  return pgpacs::pg::transformed(fcinfo, pgpacs::dicom::name_skeleton);
}
