// dicom.make_header: a header made of values, such as an answer of C-FIND. Hundreds of them are made at once:
// jsonb_build_object takes ten times as long.
#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/dicom/number.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/vr.h"
#include "extension/pg/border.h"
#include "extension/pg/jsonb_sink.h"

#include "extension/pg/attribute.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_make_header);
}

namespace pgpacs::pg {
namespace {

constexpr Size description_size = 10;  // of an element: its tag and its VR

// What an argument says, as C++ may see it.
struct Given {
  enum class Kind : std::uint8_t { none, text, array, object };
  Kind kind;
  std::uint8_t buffer_size;  // of a text that was made here
  char buffer[22];
  const char* data;
  Size size;

  std::string_view text() const {
    return buffer_size > 0 ? std::string_view(buffer, buffer_size) : std::string_view(data, size);
  }
  dicom::Bytes bytes() const { return {reinterpret_cast<const std::byte*>(data), size}; }
};

[[noreturn]] void refuse(const char* message) {
  ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("%s", message)));
}

void put_date(DateADT date, Given* out) {
  if (DATE_NOT_FINITE(date)) return;
  int year, month, day;
  j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
  if (year < 0 || year > 9999) return;
  out->kind = Given::Kind::text;
  out->buffer_size =
      static_cast<std::uint8_t>(snprintf(out->buffer, sizeof out->buffer, "%04d%02d%02d", year, month, day));
}

void put_time(TimeADT time, Given* out) {
  const int64 seconds = time / USECS_PER_SEC;
  const int fraction = static_cast<int>(time % USECS_PER_SEC);
  const int clock = static_cast<int>(seconds / 3600 * 10000 + seconds / 60 % 60 * 100 + seconds % 60);
  out->kind = Given::Kind::text;
  out->buffer_size = static_cast<std::uint8_t>(
      fraction == 0 ? snprintf(out->buffer, sizeof out->buffer, "%06d", clock)
                    : snprintf(out->buffer, sizeof out->buffer, "%06d.%06d", clock, fraction));
}

void put_number(int64 number, Given* out) {
  out->kind = Given::Kind::text;
  out->buffer_size = static_cast<std::uint8_t>(
      snprintf(out->buffer, sizeof out->buffer, "%lld", static_cast<long long>(number)));
}

// A Value array, or an element that has one; of others only what is short and stands here.
void put_jsonb(Jsonb* value, Given* out) {
  JsonbContainer* container = &value->root;
  JsonbValue found;
  if (JsonContainerIsArray(container) && !JsonContainerIsScalar(container))
    out->kind = Given::Kind::array;
  else if (JsonContainerIsObject(container) &&
           getKeyJsonValueFromContainer(container, "BulkDataURI", 11, &found) == nullptr &&
           getKeyJsonValueFromContainer(container, "vr", 2, &found) != nullptr)
    out->kind = Given::Kind::object;
  out->data = reinterpret_cast<const char*>(container);
  out->size = VARSIZE(value) - VARHDRSZ;
}

void put_argument(FunctionCallInfo fcinfo, int argument, Given* out) {
  if (PG_ARGISNULL(argument)) return;
  switch (get_fn_expr_argtype(fcinfo->flinfo, argument)) {
    case TEXTOID: {
      const text* given = PG_GETARG_TEXT_PP(argument);
      out->kind = Given::Kind::text;
      out->data = VARDATA_ANY(given);
      out->size = VARSIZE_ANY_EXHDR(given);
      return;
    }
    case DATEOID: return put_date(PG_GETARG_DATEADT(argument), out);
    case TIMEOID: return put_time(PG_GETARG_TIMEADT(argument), out);
    case INT4OID: return put_number(PG_GETARG_INT32(argument), out);
    case INT8OID: return put_number(PG_GETARG_INT64(argument), out);
    case JSONBOID: return put_jsonb(PG_GETARG_JSONB_P(argument), out);
    default: refuse("values are text, date, time, int, bigint or jsonb");
  }
}

void write_one(JsonbSink& sink, dicom::VR vr, std::string_view value) {
  const dicom::VRKind kind = dicom::traits(vr).kind;
  const bool is_number = kind == dicom::VRKind::decimal || kind == dicom::VRKind::number;
  const auto number = is_number ? dicom::DecimalText::parse(value) : std::nullopt;
  if (value.empty())
    sink.null();
  else if (number)
    sink.decimal(number->view());
  else if (vr == dicom::VR::PN)
    sink.person_name(value);
  else
    sink.text(value);
}

void write_text(JsonbSink& sink, dicom::VR vr, std::string_view value) {
  if (value.empty()) return;
  sink.begin_values();
  if (dicom::traits(vr).kind == dicom::VRKind::text) {
    sink.text(value);
  } else {
    for (;;) {
      const std::size_t end = value.find('\\');
      write_one(sink, vr, value.substr(0, end));
      if (end == std::string_view::npos) break;
      value.remove_prefix(end + 1);
    }
  }
  sink.end_values();
}

// Who asks for a private attribute may not know its VR; a Value array tells enough to write it.
dicom::VR vr_of_array(const JsonbContainer* array) {
  if (JsonContainerSize(array) == 0) return dicom::VR::UN;
  switch (array->children[0] & JENTRY_TYPEMASK) {
    case JENTRY_ISSTRING: return dicom::VR::LO;
    case JENTRY_ISNUMERIC: return dicom::VR::DS;
    case JENTRY_ISCONTAINER: return dicom::VR::SQ;
    default: return dicom::VR::UN;
  }
}

void write_element(JsonbSink& sink, std::string_view description, const Given& given) {
  const auto tag = dicom::parse_tag(description.substr(0, 8));
  auto vr = static_cast<dicom::VR>(dicom::vr_code(description[8], description[9]));
  if (vr == dicom::VR::UN && given.kind == Given::Kind::array)
    vr = vr_of_array(reinterpret_cast<const JsonbContainer*>(given.data));
  if (!tag || !dicom::is_known(vr))
    throw dicom::Fault{dicom::FaultCode::bad_argument, "an element is eight digits of a tag and a VR"};
  if (given.kind == Given::Kind::object) return sink.element(*tag, given.bytes());
  sink.begin_element(*tag, vr);
  if (given.kind == Given::Kind::text) write_text(sink, vr, given.text());
  if (given.kind == Given::Kind::array) sink.values(given.bytes());
  sink.end_element();
}

void write_header(JsonbSink& sink, std::string_view elements, const Given* given) {
  sink.reset();
  sink.begin_data_set();
  for (; !elements.empty(); elements.remove_prefix(description_size))
    write_element(sink, elements.substr(0, description_size), *given++);
  sink.end_data_set();
}

}  // namespace
}  // namespace pgpacs::pg

// dicom.make_header(elements text, variadic values "any") returns jsonb
Datum pgpacs_make_header(PG_FUNCTION_ARGS) {
  using namespace pgpacs::pg;
  static JsonbSink sink;
  if (PG_ARGISNULL(0) || get_fn_expr_variadic(fcinfo->flinfo))
    refuse("elements and their values, one by one");
  const text* elements = PG_GETARG_TEXT_PP(0);
  const int count = PG_NARGS() - 1;
  if (VARSIZE_ANY_EXHDR(elements) != static_cast<Size>(count) * description_size)
    refuse("each element has one value, and each value one element");
  auto* given = static_cast<Given*>(palloc0(sizeof(Given) * static_cast<Size>(count)));
  for (int i = 0; i < count; ++i) put_argument(fcinfo, i + 1, &given[i]);
  raise_unless_ok(protect([&] {
    write_header(sink, {VARDATA_ANY(elements), VARSIZE_ANY_EXHDR(elements)}, given);
  }));
  const Size size = VARHDRSZ + sink.bytes().size();
  auto* result = static_cast<struct varlena*>(palloc(size));
  SET_VARSIZE(result, size);
  memcpy(VARDATA(result), sink.bytes().data(), sink.bytes().size());
  PG_RETURN_POINTER(result);
}
