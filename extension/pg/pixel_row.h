// The columns of dicom.pixel_description, in its order, of whatever was read: a data set or a stored header.
#pragma once

#include "extension/pg/row.h"

namespace pgpacs::pg {

template <int count, typename Pixels>
void put_pixels(Row<count>& row, const Pixels& pixels) {
  row.put(pixels.rows);
  row.put(pixels.columns);
  row.put(pixels.number_of_frames);
  row.put(pixels.samples_per_pixel);
  if (pixels.photometric_interpretation)
    row.put_text(*pixels.photometric_interpretation);
  else
    row.put_null();
  row.put(pixels.planar_configuration);
  row.put(pixels.bits_allocated);
  row.put(pixels.bits_stored);
  row.put(pixels.high_bit);
  row.put(pixels.pixel_representation);
}

}  // namespace pgpacs::pg
