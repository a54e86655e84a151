// dicom.dictionary, dicom.keyword, dicom.attribute, dicom.uid_name: the tables of PS3.6 in SQL.
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/path.h"
#include "extension/dicom/private_dictionary.h"
#include "extension/pg/border.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_dictionary);
PG_FUNCTION_INFO_V1(pgpacs_keyword);
PG_FUNCTION_INFO_V1(pgpacs_attribute);
PG_FUNCTION_INFO_V1(pgpacs_uid_name);
}

namespace pgpacs::pg {
namespace {

Datum text_of(std::string_view value) {
  return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

// The tag as PS3.6 writes it, without punctuation: x for digits that repeating groups or private blocks
// choose.
std::array<char, 8> pattern(dicom::Tag tag, std::uint32_t mask) {
  std::array<char, 8> digits;
  write_hex(tag, digits.data());
  for (std::size_t i = 0; i < digits.size(); ++i)
    if ((mask >> (28 - 4 * i) & 0xF) == 0) digits[i] = 'x';
  return digits;
}

Datum vr_text(dicom::VRChoice choice, dicom::VR vr) {
  switch (choice) {
    case dicom::VRChoice::us_or_ss: return text_of("US or SS");
    case dicom::VRChoice::us_or_ss_or_ow: return text_of("US or SS or OW");
    case dicom::VRChoice::us_or_ow: return text_of("US or OW");
    case dicom::VRChoice::ob_or_ow: return text_of("OB or OW");
    case dicom::VRChoice::fixed: break;
  }
  return text_of(dicom::name(vr).view());
}

void put_row(const ReturnSetInfo* result, const dicom::DictionaryEntry& entry) {
  const std::array<char, 8> tag = pattern(entry.tag, entry.mask);
  Datum values[] = {text_of({tag.data(), tag.size()}),
                    text_of(entry.keyword),
                    text_of(entry.name),
                    vr_text(entry.choice, entry.vr),
                    text_of(entry.multiplicity),
                    BoolGetDatum(entry.is_retired),
                    Datum{0}};
  bool nulls[std::size(values)] = {false, entry.keyword.empty(), false, false, false, false, true};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

void put_row(const ReturnSetInfo* result, const dicom::PrivateEntry& entry) {
  const std::array<char, 8> tag = pattern(entry.tag, entry.mask);
  Datum values[] = {text_of({tag.data(), tag.size()}),
                    Datum{0},
                    text_of(entry.name),
                    vr_text(entry.choice, entry.vr),
                    text_of(entry.multiplicity),
                    BoolGetDatum(false),
                    text_of(entry.creator)};
  bool nulls[std::size(values)] = {false, true, entry.name.empty()};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs;
using namespace pgpacs::pg;

// dicom.dictionary() returns table (tag, keyword, name, vr, vm, is_retired, private_creator)
Datum pgpacs_dictionary(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::size_t i = 0; i < dicom::dictionary_size(); ++i) put_row(result, dicom::dictionary_entry(i));
  for (std::size_t i = 0; i < dicom::private_dictionary_size(); ++i)
    put_row(result, dicom::private_dictionary_entry(i));
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

// dicom.attribute(name text) returns (path, root, vr)
Datum pgpacs_attribute(PG_FUNCTION_ARGS) {
  static std::string spelled;
  const text* given = PG_GETARG_TEXT_PP(0);
  dicom::Path path;
  std::optional<dicom::DictionaryEntry> entry;
  raise_unless_ok(protect([&] {
    path = dicom::parse_path({VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)});
    spelled = dicom::spell_path(path);
    const dicom::PathStep& last = path.steps[path.size - 1U];
    if (const auto tag = dicom::parse_tag(last.key())) entry = dicom::find_attribute(*tag);
  }));
  TupleDesc shape;
  if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("the function returns a row")));
  Datum values[] = {text_of(spelled), text_of(path.steps[0].key()), Datum{0}};
  bool nulls[] = {false, false, !entry};
  if (entry) values[2] = vr_text(entry->choice, entry->vr);
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(shape), values, nulls)));
}

// dicom.uid_name(uid text) returns text
Datum pgpacs_uid_name(PG_FUNCTION_ARGS) {
  const text* given = PG_GETARG_TEXT_PP(0);
  const auto entry = dicom::find_uid({VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)});
  if (!entry) PG_RETURN_NULL();
  return text_of(entry->name);
}
