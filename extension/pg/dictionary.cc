// dicom.dictionary, dicom.keyword, dicom.uid_name: the tables of PS3.6 in SQL.
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "extension/dicom/dictionary.h"
#include "extension/pg/border.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_dictionary);
PG_FUNCTION_INFO_V1(pgpacs_keyword);
PG_FUNCTION_INFO_V1(pgpacs_uid_name);
}

namespace pgpacs::pg {
namespace {

Datum text_of(std::string_view value) {
  return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

// The tag as PS3.6 writes it, without punctuation: x for digits that repeating groups choose.
std::array<char, 8> pattern(const dicom::DictionaryEntry& entry) {
  std::array<char, 8> digits;
  write_hex(entry.tag, digits.data());
  for (std::size_t i = 0; i < digits.size(); ++i)
    if ((entry.mask >> (28 - 4 * i) & 0xF) == 0) digits[i] = 'x';
  return digits;
}

std::string_view vr_choice(const dicom::DictionaryEntry& entry, const dicom::VRName& fixed) {
  switch (entry.choice) {
    case dicom::VRChoice::us_or_ss: return "US or SS";
    case dicom::VRChoice::us_or_ss_or_ow: return "US or SS or OW";
    case dicom::VRChoice::us_or_ow: return "US or OW";
    case dicom::VRChoice::ob_or_ow: return "OB or OW";
    case dicom::VRChoice::fixed: break;
  }
  return fixed.view();
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs;
using namespace pgpacs::pg;

// dicom.dictionary() returns table (tag, keyword, name, vr, vm, is_retired)
Datum pgpacs_dictionary(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::size_t i = 0; i < dicom::dictionary_size(); ++i) {
    const dicom::DictionaryEntry entry = dicom::dictionary_entry(i);
    const std::array<char, 8> tag = pattern(entry);
    const dicom::VRName vr = dicom::name(entry.vr);
    Datum values[] = {
        text_of({tag.data(), tag.size()}), text_of(entry.keyword),      text_of(entry.name),
        text_of(vr_choice(entry, vr)),     text_of(entry.multiplicity), BoolGetDatum(entry.is_retired)};
    bool nulls[std::size(values)] = {false, entry.keyword.empty()};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  return Datum{0};
}

// dicom.keyword(tag text) returns text
Datum pgpacs_keyword(PG_FUNCTION_ARGS) {
  const text* given = PG_GETARG_TEXT_PP(0);
  std::string_view keyword;
  raise_unless_ok(protect([&] {
    const std::optional<dicom::Tag> tag = dicom::parse_tag({VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)});
    if (!tag)
      throw dicom::Fault{dicom::FaultCode::bad_argument, "a tag is eight hexadecimal digits: 00100010"};
    if (const auto entry = dicom::find_attribute(*tag)) keyword = entry->keyword;
  }));
  if (keyword.empty()) PG_RETURN_NULL();
  return text_of(keyword);
}

// dicom.uid_name(uid text) returns text
Datum pgpacs_uid_name(PG_FUNCTION_ARGS) {
  const text* given = PG_GETARG_TEXT_PP(0);
  const auto entry = dicom::find_uid({VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)});
  if (!entry) PG_RETURN_NULL();
  return text_of(entry->name);
}
