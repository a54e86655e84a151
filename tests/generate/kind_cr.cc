#include "tests/generate/element.h"
#include "tests/generate/glyph.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_cr.h"

namespace pgpacs::generate {

namespace {

constexpr unsigned bits = 12;

/// The plate's reader sends more light as higher values and shows them black (MONOCHROME1).
Raster<std::uint16_t> stored_values(const Raster<float>& thickness) {
  Raster<std::uint16_t> stored(thickness.columns, thickness.rows);
  for (std::size_t i = 0; i < stored.samples.size(); ++i) {
    stored.samples[i] = clamped(3700 - 10.0F * thickness.samples[i], (1U << bits) - 1);
  }
  return stored;
}

void put_exposure(DcmItem& item) {
  put(item, {{DCM_ViewPosition, "PA"},
             {DCM_KVP, "117"},
             {DCM_PlateID, "A3507-118"},
             {DCM_DistanceSourceToDetector, "1800"},
             {DCM_DistanceSourceToPatient, "1560"},
             {DCM_ExposureTime, "12"},
             {DCM_XRayTubeCurrent, "250"},
             {DCM_Exposure, "3"},
             {DCM_ImagerPixelSpacing, decimal_strings({ChestFilm::spacing, ChestFilm::spacing})},
             {DCM_FilterType, "STRIP"},
             {DCM_FocalSpots, "1.2"},
             {DCM_PlateType, "CODE B"},
             {DCM_PhosphorType, "BARIUM FLUOROHALIDE"},
             {DCM_CassetteOrientation, "PORTRAIT"},
             {DCM_CassetteSize, "35CMX43CM"},
             {DCM_Sensitivity, "200"},
             {DCM_ExposureIndex, "412"},
             {DCM_TargetExposureIndex, "400"},
             {DCM_DeviationIndex, "0.1"}});
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY"},
             {DCM_PatientOrientation, "L\\F"},
             {DCM_BurnedInAnnotation, "NO"},
             {DCM_LossyImageCompression, "00"},
             {DCM_WindowCenter, "2150"},
             {DCM_WindowWidth, "2700"},
             {DCM_ProtocolName, "CHEST PA"}});

  put_exposure(item);
  const Random random(series.study.seed, series.label() + "/" + std::to_string(index));
  Raster<std::uint16_t> picture = stored_values(ChestFilm(random).take());
  // A marker of lead lies on the cassette, on the patient's left.
  write_text<std::uint16_t>(picture, "L", picture.columns - 150, 60, 12, 350);
  put_grey_words(item, picture, bits, "MONOCHROME1");
}

}  // namespace

const Kind kind_cr{.name = "cr",
                   .explanation = "computed radiography of the chest, 1700 x 2000, MONOCHROME1",
                   .modality = "CR",
                   .sop_class = UID_ComputedRadiographyImageStorage,
                   .study = {"Рентгенографія грудної клітки", "CHEST X-RAY"},
                   .series = {"Пряма проєкція", "PA VIEW"},
                   .procedure_code = "CR-TH-1",
                   .body_part = "CHEST",
                   .instances = 1,
                   .syntax = Syntax::jpeg_lossless,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
