#include <cmath>

#include "tests/generate/element.h"
#include "tests/generate/module.h"
#include "tests/generate/pdf_page.h"
#include "tests/generate/random.h"

namespace pgpacs::generate {

namespace {

/// Pressure in the aorta over four beats.
std::vector<double> pressure(Random random) {
  const double notch = random.uniform(0.10, 0.16);
  std::vector<double> heights;
  for (int i = 0; i < 240; ++i) {
    const double phase = i % 60 / 60.0;
    const double wave = std::exp(-std::pow((phase - 0.25) / 0.13, 2)) + 0.35 * std::exp(-2.2 * phase);
    heights.push_back(0.7 * wave + notch * std::exp(-std::pow((phase - 0.56) / 0.04, 2)));
  }
  return heights;
}

std::string document(const Series& series, std::size_t index) {
  const Study& study = series.study;
  const Random random(study.seed, series.label() + "/" + std::to_string(index));
  const std::string who = spell(study.person.name, Spelling::latin_in_family);
  return pdf_page(
      "CATHETER LABORATORY PROTOCOL",
      {"Patient: " + who, "Patient ID: " + (study.is_emergency ? std::string("-") : study.person.id),
       "Date: " + date_of(study.begin), "Accession number: " + study.accession_number, "",
       "Access: right radial artery, 6 F", "Contrast: iodine 320, 90 ml (two injections)",
       "Left coronary artery: no significant stenosis.", "Right coronary artery: dominant, no stenosis.", "",
       "Aortic pressure (mmHg 0-150):"},
      pressure(random));
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  std::string bytes = document(series, index);
  put(item, {{DCM_ConversionType, "WSD"},
             {DCM_AcquisitionDateTime, date_time_of(acquired_at(series, index))},
             {DCM_BurnedInAnnotation, "YES"},
             {DCM_DocumentTitle, series.spelled(Words{"Протокол катетеризації", "CATHETERISATION PROTOCOL"})},
             {DCM_MIMETypeOfEncapsulatedDocument, "application/pdf"},
             {DCM_EncapsulatedDocumentLength, std::to_string(bytes.size())}});
  put_code(item, DCM_ConceptNameCodeSequence, {"18745-0", "LN", "Cardiac catheterization study"});
  if (bytes.size() % 2 != 0) bytes += '\0';
  check(item.putAndInsertUint8Array(DCM_EncapsulatedDocument, reinterpret_cast<const Uint8*>(bytes.data()),
                                    bytes.size()),
        "cannot set EncapsulatedDocument");
}

}  // namespace

const Kind kind_pdf{.name = "pdf",
                    .explanation = "an encapsulated PDF document of one page",
                    .modality = "DOC",
                    .sop_class = UID_EncapsulatedPDFStorage,
                    .study = {"Протокол катетеризації серця", "CATHETERISATION PROTOCOL"},
                    .series = {"Протокол, PDF", "PROTOCOL PDF"},
                    .procedure_code = "DO-CA-1",
                    .body_part = "",
                    .instances = 1,
                    .syntax = Syntax::explicit_le,
                    .is_image = false,
                    .fill = fill};

}  // namespace pgpacs::generate
