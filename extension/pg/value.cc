// dicom.value and the typed readers, each for a header and for a template with a difference.
#include <optional>
#include <string_view>

#include "extension/dicom/date_time.h"
#include "extension/pg/attribute.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_value);
PG_FUNCTION_INFO_V1(pgpacs_value_text);
PG_FUNCTION_INFO_V1(pgpacs_value_number);
PG_FUNCTION_INFO_V1(pgpacs_value_date);
PG_FUNCTION_INFO_V1(pgpacs_value_time);
PG_FUNCTION_INFO_V1(pgpacs_value_timestamp);
PG_FUNCTION_INFO_V1(pgpacs_value_utc_offset);
}

namespace pgpacs::pg {
namespace {

// Arguments (header, attribute) or (template, difference, attribute); all are strict.
Values find_argument(FunctionCallInfo fcinfo) {
  if (PG_NARGS() == 2) return find_values(PG_GETARG_JSONB_P(0), path_argument(fcinfo, 1));
  return find_values(fcinfo, PG_GETARG_JSONB_P(1), path_argument(fcinfo, 2));
}

// A person name as PS3.5 writes it: groups joined by '='.
void append_person_name(JsonbContainer* object, StringInfo out) {
  static const char* const groups[] = {"Alphabetic", "Ideographic", "Phonetic"};
  int pending = 0;
  for (const char* group : groups) {
    JsonbValue text;
    if (getKeyJsonValueFromContainer(object, group, static_cast<int>(strlen(group)), &text) != nullptr &&
        text.type == jbvString) {
      for (; pending > 0; --pending) appendStringInfoChar(out, '=');
      appendBinaryStringInfo(out, text.val.string.val, text.val.string.len);
    }
    ++pending;
  }
}

void append_text(const JsonbValue& value, StringInfo out) {
  if (value.type == jbvString) {
    appendBinaryStringInfo(out, value.val.string.val, value.val.string.len);
  } else if (value.type == jbvNumeric) {
    char* digits = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
    appendStringInfoString(out, digits);
    pfree(digits);  // there may be millions
  } else if (value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data)) {
    append_person_name(value.val.binary.data, out);
  }
}

// An array as it lies: to take it apart for a copy could take seconds, which nobody could cancel.
Jsonb* copy_array(JsonbContainer* array) {
  const uint32 size = container_size(array);
  auto* copy = static_cast<Jsonb*>(palloc(VARHDRSZ + size));
  SET_VARSIZE(copy, VARHDRSZ + size);
  memcpy(&copy->root, array, size);
  return copy;
}

// The first value where it is a string.
std::optional<std::string_view> first_string(FunctionCallInfo fcinfo) {
  JsonbValue value;
  if (!find_argument(fcinfo).get(0, &value) || value.type != jbvString) return std::nullopt;
  return std::string_view(value.val.string.val, static_cast<size_t>(value.val.string.len));
}

int64 day_number(const dicom::Date& date) {
  return date2j(date.year, date.month, date.day) - POSTGRES_EPOCH_JDATE;
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs::pg;

// The Value array; null where the attribute is absent, empty or binary.
Datum pgpacs_value(PG_FUNCTION_ARGS) {
  const Values values = find_argument(fcinfo);
  if (!values.exists) PG_RETURN_NULL();
  if (!values.is_scalar) PG_RETURN_JSONB_P(copy_array(values.array));
  JsonbParseState* state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
  JsonbValue value = values.scalar;
  pushJsonbValue(&state, WJB_ELEM, &value);
  PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr)));
}

// All values joined by backslashes, as PS3.5 6.4 writes them.
Datum pgpacs_value_text(PG_FUNCTION_ARGS) {
  const Values values = find_argument(fcinfo);
  if (!values.exists) PG_RETURN_NULL();
  StringInfoData out;
  initStringInfo(&out);
  for (int i = 0; i < values.count(); ++i) {
    JsonbValue value;
    CHECK_FOR_INTERRUPTS();
    if (i > 0) appendStringInfoChar(&out, '\\');
    if (values.get(i, &value)) append_text(value, &out);
  }
  PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

// The first value where it is a number.
Datum pgpacs_value_number(PG_FUNCTION_ARGS) {
  JsonbValue value;
  if (!find_argument(fcinfo).get(0, &value) || value.type != jbvNumeric) PG_RETURN_NULL();
  PG_RETURN_NUMERIC(DatumGetNumericCopy(NumericGetDatum(value.val.numeric)));
}

// The first value where it is a date of the calendar.
Datum pgpacs_value_date(PG_FUNCTION_ARGS) {
  const auto value = first_string(fcinfo);
  const auto date = value ? pgpacs::dicom::parse_date(*value) : std::nullopt;
  if (!date) PG_RETURN_NULL();
  PG_RETURN_DATEADT(static_cast<DateADT>(day_number(*date)));
}

Datum pgpacs_value_time(PG_FUNCTION_ARGS) {
  const auto value = first_string(fcinfo);
  const auto time = value ? pgpacs::dicom::parse_time(*value) : std::nullopt;
  if (!time) PG_RETURN_NULL();
  PG_RETURN_TIMEADT(time->microseconds);
}

// A DT as the clock on the wall showed it; the offset from UTC is not applied.
Datum pgpacs_value_timestamp(PG_FUNCTION_ARGS) {
  const auto value = first_string(fcinfo);
  const auto moment = value ? pgpacs::dicom::parse_date_time(*value) : std::nullopt;
  if (!moment) PG_RETURN_NULL();
  PG_RETURN_TIMESTAMP(day_number(moment->date) * USECS_PER_DAY + moment->time.microseconds);
}

// The offset from UTC that a DT names; the days of an interval stay 0, since it is no span of the calendar.
Datum pgpacs_value_utc_offset(PG_FUNCTION_ARGS) {
  const auto value = first_string(fcinfo);
  const auto moment = value ? pgpacs::dicom::parse_date_time(*value) : std::nullopt;
  if (!moment || !moment->offset_minutes) PG_RETURN_NULL();
  auto* offset = static_cast<Interval*>(palloc0(sizeof(Interval)));
  offset->time = *moment->offset_minutes * USECS_PER_MINUTE;
  PG_RETURN_INTERVAL_P(offset);
}
