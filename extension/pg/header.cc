// dicom.header, dicom.pixel_description and dicom.describe: bytes in, jsonb and columns out.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "extension/dicom/header_scanner.h"
#include "extension/dicom/json.h"
#include "extension/dicom/part10.h"
#include "extension/dicom/pixel_description.h"
#include "extension/pg/border.h"
#include "extension/pg/jsonb_sink.h"
#include "extension/pg/settings.h"

#include "extension/pg/data_set.h"
#include "extension/pg/pixel_row.h"

namespace pgpacs::pg {
namespace {

using dicom::Bytes;

// The UIDs that place an object: views into the data set.
struct Identity {
  std::string_view sop_class_uid, sop_instance_uid, study_instance_uid, series_instance_uid;

  void see(const dicom::Element& element) {
    std::string_view* place = nullptr;
    if (element.tag == dicom::tags::sop_class_uid)
      place = &sop_class_uid;
    else if (element.tag == dicom::tags::sop_instance_uid)
      place = &sop_instance_uid;
    else if (element.tag == dicom::tags::study_instance_uid)
      place = &study_instance_uid;
    else if (element.tag == dicom::tags::series_instance_uid)
      place = &series_instance_uid;
    if (place != nullptr && place->empty()) *place = dicom::trim_value(dicom::as_text(element.value), false);
  }
};

// Everything that one pass over a data set gives, and the pass itself where it has stopped. Lives as long as
// the backend; each call empties it.
struct Reading {
  JsonbSink header;
  dicom::Defects defects;
  dicom::PixelDescription pixels;
  Identity identity;
  std::string transfer_syntax_uid;
  std::size_t data_set_at = 0;
  dicom::Limits limits;
  dicom::JsonOptions options;
  Bytes deflated;  // what the scanner has not seen yet
  std::optional<dicom::HeaderScanner> scanner;
  std::optional<dicom::Reader> reader;
  std::optional<dicom::JsonWriter<JsonbSink>> writer;

  void clear() {
    writer.reset();
    reader.reset();
    scanner.reset();
    deflated = {};
    header.reset();
    defects = dicom::Defects{};
    pixels = {};
    identity = {};
    transfer_syntax_uid.clear();
    data_set_at = 0;
  }
  void open(dicom::Source source, dicom::TransferSyntax syntax) {
    reader.emplace(source, syntax, limits, defects, true);
    writer.emplace(header, options, defects);
  }
  void see(const dicom::Element& element) {
    pixels.see(element);
    identity.see(element);
  }
};

Reading& reading() {
  static Reading only;
  return only;
}

enum class Wants { pixels, header, scanned_header };

void begin(const Input& input, Wants wants) {
  Reading& result = reading();
  result.clear();
  result.limits = limits();
  result.options = {.large_value = result.limits.large_value,
                    .bulk_data_uri = input.bulk_data_uri,
                    .detect_character_set = input.detect_character_set};
  const dicom::FileLayout layout = find_data_set(input.bytes, input.transfer_syntax_uid, result.defects);
  result.transfer_syntax_uid = layout.transfer_syntax_uid;
  result.data_set_at = layout.data_set_at;
  const Bytes data_set = input.bytes.subspan(layout.data_set_at);
  // The daemon's header scanner has inflated already.
  if (!layout.syntax.is_deflated || wants == Wants::scanned_header || data_set.empty())
    return result.open({data_set, {input.gaps, input.gap_count}}, layout.syntax);
  result.scanner.emplace(layout.syntax, result.limits);
  result.deflated = data_set;
}

// As the daemon does: pixels pass by, so that memory is bounded whatever a stream inflates to. A stream may
// end early: a header's beginning is enough to read what it holds.
void inflate_some(Reading& result) {
  constexpr std::size_t bytes_at_once = 64 << 10;
  const Bytes piece = result.deflated.first(std::min(bytes_at_once, result.deflated.size()));
  result.scanner->feed(piece);
  result.deflated = result.deflated.subspan(piece.size());
  if (result.deflated.empty())
    result.open({result.scanner->header(), result.scanner->gaps()}, result.scanner->syntax());
}

// One piece of the pass; false at its end.
bool read_some(Wants wants) {
  constexpr int events_at_once = 10'000;  // nothing is done with most of them
  Reading& result = reading();
  if (!result.reader) {
    inflate_some(result);
    return true;
  }
  dicom::Reader& reader = *result.reader;
  if (wants != Wants::pixels)
    return result.writer->write_some(reader, [&](const dicom::Element& element) { result.see(element); });
  for (int i = 0; i < events_at_once; ++i) {
    const dicom::Event event = reader.next();
    if (event == dicom::Event::end) return false;
    if (event == dicom::Event::element && reader.depth() == 0) result.see(reader.element());
  }
  return true;
}

// In pieces, so that a statement can be cancelled while it reads what was made to take long. No C++ object of
// a piece lives where CHECK_FOR_INTERRUPTS may leave by longjmp; what is half read the next call empties.
void read(const Input& input, Wants wants) {
  raise_unless_ok(protect([&] { begin(input, wants); }));
  bool is_done = false;
  while (!is_done) {
    raise_unless_ok(protect([&] { is_done = !read_some(wants); }));
    CHECK_FOR_INTERRUPTS();
  }
}

Datum copy_jsonb(const JsonbBuffer& from) {
  const Size size = VARHDRSZ + from.size();
  auto* datum = static_cast<struct varlena*>(palloc(size));
  SET_VARSIZE(datum, size);
  memcpy(VARDATA(datum), from.data(), from.size());
  return PointerGetDatum(datum);
}

template <int count>
void put_place(Row<count>& row, const dicom::PixelDescription& pixels, std::size_t data_set_at = 0) {
  if (pixels.has_pixel_data) {
    row.put(Int64GetDatum(static_cast<int64>(data_set_at + pixels.pixel_data_at)));
    row.put(Int64GetDatum(static_cast<int64>(pixels.pixel_data_length)));
  } else {
    row.put_null();
    row.put_null();
  }
}

}  // namespace
}  // namespace pgpacs::pg

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_header);
PG_FUNCTION_INFO_V1(pgpacs_pixel_description);
PG_FUNCTION_INFO_V1(pgpacs_describe);
}

using namespace pgpacs::pg;

// dicom.header(data bytea, transfer_syntax_uid text, gaps bigint[], bulk_data_uri text,
// detect_character_set boolean) returns jsonb
Datum pgpacs_header(PG_FUNCTION_ARGS) {
  Input input = get_input(fcinfo);
  const text* bulk_data_uri = PG_GETARG_TEXT_PP(3);
  input.bulk_data_uri = {VARDATA_ANY(bulk_data_uri), VARSIZE_ANY_EXHDR(bulk_data_uri)};
  input.detect_character_set = PG_GETARG_BOOL(4);
  read(input, Wants::header);
  PG_RETURN_DATUM(copy_jsonb(reading().header.bytes()));
}

// dicom.pixel_description(data bytea, transfer_syntax_uid text, gaps bigint[]) returns record
Datum pgpacs_pixel_description(PG_FUNCTION_ARGS) {
  const Input input = get_input(fcinfo);
  read(input, Wants::pixels);
  const Reading& result = reading();
  Row<13> row;
  put_pixels(row, result.pixels);
  row.put_text(result.transfer_syntax_uid);
  // Of the whole input, so that a file can be read at this place.
  put_place(row, result.pixels, result.data_set_at);
  PG_RETURN_DATUM(row.finish(fcinfo));
}

// dicom.describe(data bytea, transfer_syntax_uid text, gaps bigint[], detect_character_set boolean) returns
// record: all of one pass
Datum pgpacs_describe(PG_FUNCTION_ARGS) {
  Input input = get_input(fcinfo);
  input.detect_character_set = PG_GETARG_BOOL(3);
  static std::string defects;
  read(input, Wants::scanned_header);
  raise_unless_ok(protect([&] { defects = defects_json(reading().defects); }));
  const Reading& result = reading();
  Row<8> row;
  row.put(copy_jsonb(result.header.bytes()));
  if (defects.empty())
    row.put_null();
  else
    row.put(DirectFunctionCall1(jsonb_in, CStringGetDatum(defects.c_str())));
  put_place(row, result.pixels);
  const Identity& identity = result.identity;
  for (const std::string_view uid : {identity.sop_class_uid, identity.sop_instance_uid,
                                     identity.study_instance_uid, identity.series_instance_uid}) {
    // What is no UID may be no text either: it comes out as empty, which ingest refuses.
    if (uid.empty())
      row.put_null();
    else
      row.put_text(pgpacs::dicom::is_ascii(uid) && uid.find('\0') == std::string_view::npos ? uid : "");
  }
  PG_RETURN_DATUM(row.finish(fcinfo));
}
