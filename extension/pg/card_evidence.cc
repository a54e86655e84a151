// dicom.number_agreement, dicom.number_key, dicom.number_keys and dicom.birth_date_agreement.
#include "extension/dicom/birth_date.h"
#include "extension/dicom/card_number.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "extension/pg/border.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_number_agreement);
PG_FUNCTION_INFO_V1(pgpacs_number_key);
PG_FUNCTION_INFO_V1(pgpacs_number_keys);
PG_FUNCTION_INFO_V1(pgpacs_birth_date_agreement);
}

namespace pgpacs::pg {
namespace {

// What is longer is not even read: it may be compressed, or lie elsewhere.
std::string_view number_of(Datum given) {
  if (toast_raw_datum_size(given) - VARHDRSZ > dicom::most_compared_of_number) return {};
  const text* number = DatumGetTextPP(given);
  return {VARDATA_ANY(number), VARSIZE_ANY_EXHDR(number)};
}

dicom::Date day_of(Datum date) {
  dicom::Date day{};
  j2date(DatumGetDateADT(date) + POSTGRES_EPOCH_JDATE, &day.year, &day.month, &day.day);
  return day;
}

bool is_day(FunctionCallInfo fcinfo, int argument) {
  return !PG_ARGISNULL(argument) && !DATE_NOT_FINITE(PG_GETARG_DATEADT(argument));
}

Datum text_datum(std::string_view value) {
  return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

}  // namespace
}  // namespace pgpacs::pg

// dicom.number_agreement(typed text[], card_number text, card_year int) returns text
Datum pgpacs_number_agreement(PG_FUNCTION_ARGS) {
  using namespace pgpacs;
  Datum* typed = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &typed, &nulls, &count);
  const std::string_view number = pg::number_of(PG_GETARG_DATUM(1));
  dicom::NumberAgreement best{};
  for (int i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (nulls[i]) continue;
    const std::string_view one = pg::number_of(typed[i]);
    dicom::NumberAgreement agreement{};
    pg::raise_unless_ok(
        pg::protect([&] { agreement = dicom::compare_number(one, number, PG_GETARG_INT32(2)); }));
    if (i == 0 || agreement > dicom::NumberAgreement::differs) best = std::max(best, agreement);
  }
  return pg::text_datum(dicom::name(best));
}

// dicom.number_key(card_number text) returns text
Datum pgpacs_number_key(PG_FUNCTION_ARGS) {
  using namespace pgpacs;
  static std::string key;
  const std::string_view number = pg::number_of(PG_GETARG_DATUM(0));
  pg::raise_unless_ok(pg::protect([&] { key = dicom::number_key(number); }));
  return pg::text_datum(key);
}

// dicom.number_keys(typed text) returns text[]
Datum pgpacs_number_keys(PG_FUNCTION_ARGS) {
  using namespace pgpacs;
  static std::vector<std::string> keys;
  const std::string_view typed = pg::number_of(PG_GETARG_DATUM(0));
  pg::raise_unless_ok(pg::protect([&] { keys = dicom::number_keys(typed); }));
  auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * (keys.size() + 1)));
  for (std::size_t i = 0; i < keys.size(); ++i) values[i] = pg::text_datum(keys[i]);
  return PointerGetDatum(
      construct_array(values, static_cast<int>(keys.size()), TEXTOID, -1, false, TYPALIGN_INT));
}

// dicom.birth_date_agreement(typed date, age int, on_day date, birth_date date) returns text
Datum pgpacs_birth_date_agreement(PG_FUNCTION_ARGS) {
  using namespace pgpacs;
  auto agreement = dicom::BirthAgreement::missing;
  if (pg::is_day(fcinfo, 3) && pg::is_day(fcinfo, 0))
    agreement = dicom::compare_birth_dates(pg::day_of(PG_GETARG_DATUM(0)), pg::day_of(PG_GETARG_DATUM(3)));
  else if (pg::is_day(fcinfo, 3) && pg::is_day(fcinfo, 2) && !PG_ARGISNULL(1))
    agreement = dicom::compare_age(PG_GETARG_INT32(1), pg::day_of(PG_GETARG_DATUM(2)),
                                   pg::day_of(PG_GETARG_DATUM(3)));
  return pg::text_datum(dicom::name(agreement));
}
