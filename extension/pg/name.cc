// dicom.romanize, dicom.name_skeleton, dicom.name_key and dicom.name_matches.
#include <optional>
#include <string>
#include <string_view>

#include "extension/dicom/name_match.h"
#include "extension/dicom/romanize.h"
#include "extension/pg/border.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_romanize);
PG_FUNCTION_INFO_V1(pgpacs_name_skeleton);
PG_FUNCTION_INFO_V1(pgpacs_name_key);
PG_FUNCTION_INFO_V1(pgpacs_name_matches);
}

namespace pgpacs::pg {
namespace {

// A megabyte is no name; to read so much must end before anybody wants to cancel it.
constexpr Size longest_name = 1 << 20;
// A pattern and a name take at worst the product of their lengths.
constexpr Size longest_compared = 4096;

void check_size(Datum name, Size longest, const char* message) {
  if (toast_raw_datum_size(name) - VARHDRSZ > longest)
    ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("%s", message)));
}

std::string_view text_argument(FunctionCallInfo fcinfo, int argument) {
  const text* given = PG_GETARG_TEXT_PP(argument);
  return {VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)};
}

Datum transformed(FunctionCallInfo fcinfo, std::string (*transform)(std::string_view)) {
  static std::string result;
  check_size(PG_GETARG_DATUM(0), longest_name, "a name has a megabyte at most");
  const std::string_view given = text_argument(fcinfo, 0);
  raise_unless_ok(protect([&] { result = transform(given); }));
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

// dicom.name_key(name text) returns text
Datum pgpacs_name_key(PG_FUNCTION_ARGS) {
  return pgpacs::pg::transformed(fcinfo, pgpacs::dicom::name_key);
}

// dicom.name_matches(name text, pattern text) returns boolean. The pattern is the same for many names: it is
// taken apart once.
Datum pgpacs_name_matches(PG_FUNCTION_ARGS) {
  using namespace pgpacs::pg;
  static std::string parsed;
  static std::optional<pgpacs::dicom::NamePattern> pattern;
  check_size(PG_GETARG_DATUM(1), longest_compared, "a pattern of a name has 4096 bytes at most");
  if (toast_raw_datum_size(PG_GETARG_DATUM(0)) - VARHDRSZ > longest_compared) PG_RETURN_BOOL(false);
  const std::string_view name = text_argument(fcinfo, 0);
  const std::string_view wanted = text_argument(fcinfo, 1);
  bool matches = false;
  raise_unless_ok(protect([&] {
    if (!pattern || parsed != wanted) {
      pattern.emplace(wanted);
      parsed = wanted;
    }
    matches = pattern->matches(name);
  }));
  PG_RETURN_BOOL(matches);
}
