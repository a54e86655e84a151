// dicom.pixel_description of a template and a difference: each is read once for all columns.
#include "extension/pg/stored_pixels.h"

#include "extension/pg/pixel_row.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_stored_pixel_description);
}

namespace pgpacs::pg {
namespace {

struct Reader {
  FunctionCallInfo template_of;
  Jsonb* difference;

  bool first(std::string_view tag, JsonbValue* out) const {
    dicom::Path path;
    path.size = 1;
    memcpy(path.steps[0].tag.data(), tag.data(), path.steps[0].tag.size());
    return find_values(template_of, difference, path).get(0, out);
  }
  std::optional<std::int32_t> number(std::string_view tag) const {
    JsonbValue value;
    if (!first(tag, &value) || value.type != jbvNumeric) return std::nullopt;
    bool is_no_int = false;
    const int32 number = numeric_int4_opt_error(value.val.numeric, &is_no_int);
    return is_no_int ? std::nullopt : std::optional<std::int32_t>(number);
  }
  std::optional<std::string_view> text(std::string_view tag) const {
    JsonbValue value;
    if (!first(tag, &value) || value.type != jbvString) return std::nullopt;
    return std::string_view(value.val.string.val, static_cast<std::size_t>(value.val.string.len));
  }
};

}  // namespace

StoredPixels stored_pixels(FunctionCallInfo template_of, Jsonb* difference) {
  const Reader reader{template_of, difference};
  StoredPixels pixels;
  pixels.samples_per_pixel = reader.number("00280002");
  pixels.photometric_interpretation = reader.text("00280004");
  pixels.planar_configuration = reader.number("00280006");
  pixels.number_of_frames = reader.number("00280008");
  pixels.rows = reader.number("00280010");
  pixels.columns = reader.number("00280011");
  pixels.bits_allocated = reader.number("00280100");
  pixels.bits_stored = reader.number("00280101");
  pixels.high_bit = reader.number("00280102");
  pixels.pixel_representation = reader.number("00280103");
  return pixels;
}

}  // namespace pgpacs::pg

using namespace pgpacs::pg;

// dicom.pixel_description(template jsonb, difference jsonb) returns record
Datum pgpacs_stored_pixel_description(PG_FUNCTION_ARGS) {
  const StoredPixels pixels = stored_pixels(fcinfo, PG_GETARG_JSONB_P(1));
  Row<10> row;
  put_pixels(row, pixels);
  PG_RETURN_DATUM(row.finish(fcinfo));
}
