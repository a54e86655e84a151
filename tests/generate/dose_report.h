#pragma once

#include <string>

#include "tests/generate/element.h"
#include "tests/generate/series.h"

namespace pgpacs::generate {

/// A measured value as a device writes it; the unit in UCUM.
struct Quantity {
  double value;
  std::string unit;
};

/// Content items (PS3.3 C.17.3) below `parent`.
DcmItem& add_container(DcmItem& parent, const Code& name);
void add_number(DcmItem& parent, const Code& name, const Quantity& quantity);
void add_code(DcmItem& parent, const Code& name, const Code& value);
void add_text(DcmItem& parent, const Code& name, const std::string& value);
void add_uid(DcmItem& parent, const Code& name, const std::string& value);
void add_date_time(DcmItem& parent, const Code& name, Moment moment);

/// What every X-Ray Radiation Dose Report begins with, `content_template` being 10001 or 10011 (PS3.16).
void begin_dose_report(DcmItem& item, const Series& series, const std::string& content_template,
                       const Code& procedure);

/// When irradiation began: with the first series of the study.
Moment irradiated_at(const Series& series);

/// The event that image `index` of the series comes from, or one of the report's own.
std::string event_uid(const Series& series, std::size_t index);

}  // namespace pgpacs::generate
