// dicom.name_similarity and dicom.name_agreement.
#include "extension/dicom/name_similarity.h"

#include <string_view>

#include "extension/pg/border.h"
#include "extension/pg/row.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_name_similarity);
PG_FUNCTION_INFO_V1(pgpacs_name_agreement);
}

namespace pgpacs::pg {
namespace {

// What is longer is not even read: it may be compressed, or lie elsewhere.
bool is_too_long(FunctionCallInfo fcinfo, int argument) {
  return toast_raw_datum_size(PG_GETARG_DATUM(argument)) - VARHDRSZ > dicom::most_compared;
}

dicom::NameAgreement compared(FunctionCallInfo fcinfo) {
  dicom::NameAgreement agreement;
  if (is_too_long(fcinfo, 0) || is_too_long(fcinfo, 1)) return agreement;
  const text* a = PG_GETARG_TEXT_PP(0);
  const text* b = PG_GETARG_TEXT_PP(1);
  raise_unless_ok(protect([&] {
    agreement =
        dicom::compare_names({VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a)}, {VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b)});
  }));
  return agreement;
}

}  // namespace
}  // namespace pgpacs::pg

// dicom.name_similarity(a text, b text) returns real
Datum pgpacs_name_similarity(PG_FUNCTION_ARGS) {
  PG_RETURN_FLOAT4(pgpacs::pg::compared(fcinfo).similarity);
}

// dicom.name_agreement(a text, b text) returns (surname text, given text, patronymic text, similarity real)
Datum pgpacs_name_agreement(PG_FUNCTION_ARGS) {
  using namespace pgpacs;
  const dicom::NameAgreement agreement = pg::compared(fcinfo);
  pg::Row<4> row;
  row.put_text(dicom::name(agreement.surname));
  row.put_text(dicom::name(agreement.given));
  row.put_text(dicom::name(agreement.patronymic));
  row.put(Float4GetDatum(agreement.similarity));
  return row.finish(fcinfo);
}
