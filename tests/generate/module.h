#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstddef>

#include "tests/generate/series.h"

namespace pgpacs::generate {

/// Patient, General Study, Patient Study, General Series, General Equipment and SOP Common (PS3.3 C.7, C.12),
/// and for pictures the times of General Image.
void put_common_modules(DcmItem& item, const Series& series, std::size_t index);

/// Two references to pictures that the technologist planned on (Referenced Image Sequence).
void put_planning_images(DcmItem& item, const Series& series, std::string_view sop_class);

/// When instance `index` was acquired: each takes a second.
Moment acquired_at(const Series& series, std::size_t index);

}  // namespace pgpacs::generate
