// dicom.frames, dicom.frame_table and dicom.stored_frames: where frames lie in a data set.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "extension/dicom/frames.h"
#include "extension/dicom/header_scanner.h"
#include "extension/dicom/part10.h"
#include "extension/pg/border.h"
#include "extension/pg/settings.h"

#include "extension/pg/data_set.h"
#include "extension/pg/row.h"
#include "extension/pg/stored_pixels.h"

namespace pgpacs::pg {
namespace {

using dicom::Bytes;
using dicom::Frame;

// One search for frames. Lives as long as the backend; each call empties it.
struct Search {
  dicom::Limits bounds;
  std::optional<dicom::HeaderScanner> scanner;
  Bytes not_scanned;
  std::optional<dicom::Reader> reader;
  dicom::FrameSource source;
  dicom::Fragments fragments;
  dicom::Defects defects;
  std::string transfer_syntax_uid;
  std::size_t data_set_at = 0;
  std::vector<Frame> frames;
  std::string defects_text;

  Search& clear() {
    bounds = limits();
    reader.reset();
    scanner.reset();
    not_scanned = {};
    source = {};
    fragments.clear();
    defects = dicom::Defects{};
    transfer_syntax_uid.clear();
    data_set_at = 0;
    frames = std::vector<Frame>{};
    defects_text.clear();
    return *this;
  }
  void read(dicom::Source from, dicom::TransferSyntax syntax) {
    reader.emplace(from, syntax, bounds, defects, true);
  }
};

Search& search() {
  static Search only;
  return only;
}

// A file or a data set at hand: the daemon's scanner passes over it, with as little memory.
void begin_whole(const Input& input) {
  Search& here = search().clear();
  const dicom::FileLayout layout = find_data_set(input.bytes, input.transfer_syntax_uid, here.defects);
  here.transfer_syntax_uid = layout.transfer_syntax_uid;
  // What is deflated has no place in the input.
  here.data_set_at = layout.syntax.is_deflated ? 0 : layout.data_set_at;
  here.not_scanned = input.bytes.subspan(layout.data_set_at);
  here.scanner.emplace(layout.syntax, here.bounds);
}

// A header that was scanned before, and what the scanner saw of fragments.
void begin_scanned(const Input& input, std::span<const std::int64_t> fragments) {
  Search& here = search().clear();
  const dicom::FileLayout layout = find_data_set(input.bytes, input.transfer_syntax_uid, here.defects);
  here.transfer_syntax_uid = layout.transfer_syntax_uid;
  here.data_set_at = layout.data_set_at;
  here.fragments = dicom::Fragments::from_numbers(fragments);
  here.read({input.bytes.subspan(layout.data_set_at), {input.gaps, input.gap_count}}, layout.syntax);
}

void scan_some(Search& here) {
  constexpr std::size_t bytes_at_once = 64 << 10;
  const Bytes piece = here.not_scanned.first(std::min(bytes_at_once, here.not_scanned.size()));
  here.scanner->feed(piece);
  here.not_scanned = here.not_scanned.subspan(piece.size());
  if (!here.not_scanned.empty()) return;
  here.scanner->finish();
  here.fragments = here.scanner->fragments();
  here.read({here.scanner->header(), here.scanner->gaps()}, here.scanner->syntax());
}

// One piece of the pass; false at its end.
bool search_some() {
  constexpr int events_at_once = 10'000;
  Search& here = search();
  if (!here.reader) {
    scan_some(here);
    return true;
  }
  for (int i = 0; i < events_at_once; ++i) {
    const dicom::Event event = here.reader->next();
    if (event == dicom::Event::end) return false;
    if (event == dicom::Event::element && here.reader->depth() == 0) here.source.see(here.reader->element());
  }
  return true;
}

// Defects of the header itself are dicom.describe's to note.
void find() {
  Search& here = search();
  here.defects = dicom::Defects{};
  here.frames = find_frames(here.source, here.fragments, here.transfer_syntax_uid, here.bounds, here.defects);
  here.defects_text = defects_json(here.defects);
}

// After the beginning, in pieces so that a statement can be cancelled.
void finish_search() {
  bool is_done = false;
  while (!is_done) {
    raise_unless_ok(protect([&] { is_done = !search_some(); }));
    CHECK_FOR_INTERRUPTS();
  }
  raise_unless_ok(protect([] { find(); }));
}

void put_frame(const ReturnSetInfo* result, std::size_t index, std::uint64_t at, std::uint64_t length) {
  CHECK_FOR_INTERRUPTS();
  Row<3> row;
  row.put(Int32GetDatum(static_cast<int32>(index + 1)));
  row.put(Int64GetDatum(static_cast<int64>(at)));
  row.put(Int64GetDatum(static_cast<int64>(length)));
  row.finish_into(result);
}

template <typename Number>
Datum array_of(const std::vector<Frame>& frames, Number&& number) {
  auto* numbers = static_cast<Datum*>(palloc(sizeof(Datum) * (frames.size() + 1)));
  for (std::size_t i = 0; i < frames.size(); ++i)
    numbers[i] = Int64GetDatum(static_cast<int64>(number(frames[i])));
  return PointerGetDatum(construct_array(numbers, static_cast<int>(frames.size()), INT8OID, sizeof(int64),
                                         FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

// Where the pixels lie, and whether the frames follow from that.
struct Place {
  bool has_pixels = false;
  std::uint64_t at = 0;
  std::uint64_t length = 0;
  bool is_derived = false;
};

Place place_of_pixels() {
  const Search& here = search();
  const dicom::PixelDescription pixels = without_offset_table(here.source.pixels, here.fragments);
  return {pixels.has_pixel_data, pixels.pixel_data_at, pixels.pixel_data_length,
          here.frames == derive_frames(pixels, here.transfer_syntax_uid, here.bounds)};
}

// The frames of an instance that has no row in the frame table, from what its header says.
std::vector<Frame>& derived() {
  static std::vector<Frame> only;
  return only;
}

void derive(const StoredPixels& stored, std::string_view transfer_syntax_uid, std::uint64_t at,
            std::uint64_t length) {
  dicom::PixelDescription pixels;
  pixels.rows = stored.rows;
  pixels.columns = stored.columns;
  pixels.number_of_frames = stored.number_of_frames;
  pixels.samples_per_pixel = stored.samples_per_pixel;
  pixels.bits_allocated = stored.bits_allocated;
  if (stored.photometric_interpretation)
    pixels.photometric_interpretation = *stored.photometric_interpretation;
  pixels.has_pixel_data = true;
  pixels.pixel_data_at = at;
  pixels.pixel_data_length = length;
  derived() = derive_frames(pixels, transfer_syntax_uid, limits());
}

}  // namespace
}  // namespace pgpacs::pg

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_frames);
PG_FUNCTION_INFO_V1(pgpacs_frame_table);
PG_FUNCTION_INFO_V1(pgpacs_stored_frames);
}

using namespace pgpacs::pg;

// dicom.frames(data bytea, transfer_syntax_uid text, gaps bigint[]) returns table (frame, frame_offset,
// frame_length)
Datum pgpacs_frames(PG_FUNCTION_ARGS) {
  const Input input = get_input(fcinfo);
  raise_unless_ok(protect([&] { input.gap_count == 0 ? begin_whole(input) : begin_scanned(input, {}); }));
  finish_search();
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const Search& here = search();
  for (std::size_t i = 0; i < here.frames.size(); ++i)
    put_frame(result, i, here.data_set_at + here.frames[i].at, here.frames[i].length);
  return Datum{0};
}

// dicom.frame_table(header bytea, transfer_syntax_uid text, gaps bigint[], fragments bigint[]) returns record
// (pixel_data_offset, pixel_data_length, frame_offsets, frame_lengths, defects)
Datum pgpacs_frame_table(PG_FUNCTION_ARGS) {
  const Input input = get_input(fcinfo);
  const std::span<const std::int64_t> fragments =
      numbers_of(PG_GETARG_ARRAYTYPE_P(3), "fragments are pairs of numbers: length and mark");
  raise_unless_ok(protect([&] { begin_scanned(input, fragments); }));
  finish_search();
  Place place;
  raise_unless_ok(protect([&] { place = place_of_pixels(); }));
  Row<5> row;
  if (place.has_pixels) {
    row.put(Int64GetDatum(static_cast<int64>(place.at)));
    row.put(Int64GetDatum(static_cast<int64>(place.length)));
  } else {
    row.put_null();
    row.put_null();
  }
  if (place.is_derived || !place.has_pixels) {
    row.put_null();
    row.put_null();
  } else {
    row.put(array_of(search().frames, [](const Frame& frame) { return frame.at; }));
    row.put(array_of(search().frames, [](const Frame& frame) { return frame.length; }));
  }
  if (search().defects_text.empty())
    row.put_null();
  else
    row.put(DirectFunctionCall1(jsonb_in, CStringGetDatum(search().defects_text.c_str())));
  PG_RETURN_DATUM(row.finish(fcinfo));
}

// dicom.stored_frames(template jsonb, difference jsonb, transfer_syntax_uid text, pixel_data_offset bigint,
// pixel_data_length bigint, frame_offsets bigint[], frame_lengths bigint[]) returns table (frame,
// frame_offset, frame_length)
Datum pgpacs_stored_frames(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  if (!PG_ARGISNULL(5) && !PG_ARGISNULL(6)) {
    constexpr const char* what = "frames are numbers, as many places as lengths";
    const std::span<const std::int64_t> offsets = numbers_of(PG_GETARG_ARRAYTYPE_P(5), what);
    const std::span<const std::int64_t> lengths = numbers_of(PG_GETARG_ARRAYTYPE_P(6), what);
    if (offsets.size() != lengths.size())
      ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("%s", what)));
    for (std::size_t i = 0; i < offsets.size(); ++i)
      put_frame(result, i, static_cast<std::uint64_t>(offsets[i]), static_cast<std::uint64_t>(lengths[i]));
    return Datum{0};
  }
  for (int argument = 0; argument < 5; ++argument)
    if (PG_ARGISNULL(argument)) return Datum{0};
  if (PG_GETARG_INT64(3) < 0 || PG_GETARG_INT64(4) < 0 || PG_GETARG_INT64(4) > PG_UINT32_MAX)
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')), errmsg("Pixel Data has a place and a length")));
  const StoredPixels pixels = stored_pixels(fcinfo, PG_GETARG_JSONB_P(1));
  const text* uid = PG_GETARG_TEXT_PP(2);
  raise_unless_ok(protect([&] {
    derive(pixels, {VARDATA_ANY(uid), VARSIZE_ANY_EXHDR(uid)}, static_cast<std::uint64_t>(PG_GETARG_INT64(3)),
           static_cast<std::uint64_t>(PG_GETARG_INT64(4)));
  }));
  for (std::size_t i = 0; i < derived().size(); ++i)
    put_frame(result, i, derived()[i].at, derived()[i].length);
  return Datum{0};
}
