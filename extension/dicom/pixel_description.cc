#include "extension/dicom/pixel_description.h"

#include <charconv>

#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

std::optional<std::int32_t> short_number(const Element& element) {
  if (element.value.size() < 2) return std::nullopt;
  return load<std::uint16_t>(element.value.data(), element.is_big_endian);
}

std::optional<std::int32_t> integer_string(const Element& element) {
  const std::string_view text = trim_value(as_text(element.value), false);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_pixel_data(Tag tag) {
  return tag == tags::pixel_data || tag == tags::float_pixel_data || tag == tags::double_float_pixel_data;
}

}  // namespace

void PixelDescription::see(const Element& element) {
  if (element.tag == tags::rows)
    rows = short_number(element);
  else if (element.tag == tags::columns)
    columns = short_number(element);
  else if (element.tag == tags::samples_per_pixel)
    samples_per_pixel = short_number(element);
  else if (element.tag == tags::planar_configuration)
    planar_configuration = short_number(element);
  else if (element.tag == tags::bits_allocated)
    bits_allocated = short_number(element);
  else if (element.tag == tags::bits_stored)
    bits_stored = short_number(element);
  else if (element.tag == tags::high_bit)
    high_bit = short_number(element);
  else if (element.tag == tags::pixel_representation)
    pixel_representation = short_number(element);
  else if (element.tag == tags::number_of_frames)
    number_of_frames = integer_string(element);
  else if (element.tag == tags::photometric_interpretation)
    photometric_interpretation = trim_value(as_text(element.value), false);
  if (!is_pixel_data(element.tag) || element.length == 0) return;
  has_pixel_data = true;
  pixel_data_tag = element.tag;
  pixel_data_at = element.at;
  is_encapsulated = element.length == undefined_length;
  pixel_data_length = is_encapsulated ? element.left_out : element.length;
  if (!number_of_frames) number_of_frames = 1;
}

}  // namespace pgpacs::dicom
