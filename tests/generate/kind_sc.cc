#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_sc.h"

namespace pgpacs::generate {

namespace {

/// Names are burned in: such pictures are why headers alone do not de-identify.
ScreenPage page_of(const Series& series) {
  const Study& study = series.study;
  return {"DOSE REPORT",
          {{"PATIENT", spell(study.person.name, Spelling::latin_in_family)},
           {"PATIENT ID", study.is_emergency ? "-" : study.person.id},
           {"BIRTH DATE", study.is_emergency ? "-" : study.person.birth_date},
           {"ACCESSION", study.accession_number},
           {"STUDY DATE", date_of(study.begin)},
           {"HOSPITAL", std::string(institution.latin)}}};
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  const Moment captured = acquired_at(series, index);
  put(item, {{DCM_ImageType, "DERIVED\\SECONDARY\\OTHER"},
             {DCM_ConversionType, "WSD"},
             {DCM_DateOfSecondaryCapture, date_of(captured)},
             {DCM_TimeOfSecondaryCapture, time_of(captured)},
             {DCM_SecondaryCaptureDeviceManufacturer, std::string(series.console.manufacturer)},
             {DCM_SecondaryCaptureDeviceManufacturerModelName, std::string(series.console.model)},
             {DCM_SecondaryCaptureDeviceSoftwareVersions, std::string(series.console.software)},
             {DCM_PatientOrientation, ""},
             {DCM_BurnedInAnnotation, "YES"},
             {DCM_LossyImageCompression, "00"}});
  const Random random(series.study.seed, series.label() + "/" + std::to_string(index));
  const Raster<Colour> picture = screenshot(page_of(series), random);
  put_colours(item, {&picture, 1});
}

}  // namespace

const Kind kind_sc{.name = "sc",
                   .explanation = "a captured screen with a dose report, 1024 x 768 in colour",
                   .modality = "OT",
                   .sop_class = UID_SecondaryCaptureImageStorage,
                   .study = {"Звіт про дозу", "DOSE REPORT"},
                   .series = {"Звіт про дозу", "DOSE REPORT"},
                   .procedure_code = "OT-DO-1",
                   .body_part = "CHEST",
                   .instances = 1,
                   .syntax = Syntax::rle,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
