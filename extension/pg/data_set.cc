// border.h says why the server's headers come last.
#include "extension/dicom/charset.h"
#include "extension/dicom/json_text.h"

#include "extension/pg/data_set.h"

namespace pgpacs::pg {

std::span<const std::int64_t> numbers_of(ArrayType* array, const char* what) {
  if (ARR_HASNULL(array))
    ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("%s", what)));
  const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  static_assert(sizeof(std::int64_t) == sizeof(int64));
  return {reinterpret_cast<const std::int64_t*>(ARR_DATA_PTR(array)), static_cast<std::size_t>(count)};
}

Input get_input(FunctionCallInfo fcinfo) {
  constexpr const char* pairs = "gaps are pairs of numbers: place and length";
  Input input;
  bytea* data = PG_GETARG_BYTEA_PP(0);
  text* uid = PG_GETARG_TEXT_PP(1);
  const std::span<const std::int64_t> gaps = numbers_of(PG_GETARG_ARRAYTYPE_P(2), pairs);
  input.bytes = {reinterpret_cast<const std::byte*>(VARDATA_ANY(data)), VARSIZE_ANY_EXHDR(data)};
  input.transfer_syntax_uid = {VARDATA_ANY(uid), VARSIZE_ANY_EXHDR(uid)};
  if (gaps.size() % 2 != 0)
    ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("%s", pairs)));
  static_assert(sizeof(dicom::Gap) == 2 * sizeof(std::int64_t));
  input.gaps = reinterpret_cast<const dicom::Gap*>(gaps.data());
  input.gap_count = gaps.size() / 2;
  if (GetDatabaseEncoding() != PG_UTF8)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the database must be encoded in UTF8")));
  return input;
}

std::string defects_json(const dicom::Defects& defects) {
  std::string json;
  for (const dicom::Defect& defect : defects.list()) {
    char tag[8];
    write_hex(defect.tag, tag);
    dicom::CharacterSet charset;
    std::string value;
    charset.decode(defect.value, value);
    json += json.empty() ? '[' : ',';
    json.append("{\"code\":\"").append(name(defect.code)).append("\",\"tag\":\"").append(tag, sizeof tag);
    json.append("\",\"value\":").append(dicom::quoted(value)).append("}");
  }
  if (!json.empty()) json += ']';
  return json;
}

}  // namespace pgpacs::pg
