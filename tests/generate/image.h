#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <span>
#include <vector>

#include "tests/generate/raster.h"

namespace pgpacs::generate {

/// Image Pixel module (PS3.3 C.7.6.3) of one unsigned grey picture in 16-bit words, of which `bits` are used.
void put_grey_words(DcmItem& item, const Raster<std::uint16_t>& picture, unsigned bits,
                    const char* photometric);

/// The same, eight bits a sample, one or more frames; the caller says how many where the IOD is multi-frame.
void put_grey_bytes(DcmItem& item, std::span<const Raster<std::uint8_t>> frames);
void put_colours(DcmItem& item, std::span<const Raster<Colour>> frames);

/// Rounded, and kept within 0 and `highest`.
std::uint16_t clamped(float value, unsigned highest);

}  // namespace pgpacs::generate
