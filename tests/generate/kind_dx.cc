#include "tests/generate/element.h"
#include "tests/generate/glyph.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_dx.h"

namespace pgpacs::generate {

namespace {

constexpr unsigned bits = 14;

/// For presentation: bone white, as the maker's processing leaves it.
Raster<std::uint16_t> stored_values(const Raster<float>& thickness) {
  Raster<std::uint16_t> stored(thickness.columns, thickness.rows);
  for (std::size_t i = 0; i < stored.samples.size(); ++i) {
    stored.samples[i] = clamped(600 + 235 * thickness.samples[i], (1U << bits) - 1);
  }
  return stored;
}

void put_anatomy(DcmItem& item, const Series& series) {
  put(item, {{DCM_ImageLaterality, "L"},
             {DCM_PatientOrientation, "L\\F"},
             {DCM_ViewPosition, "PA"},
             {DCM_PositionerType, "COLUMN"}});
  put_code(item, DCM_AnatomicRegionSequence, {"85562004", "SCT", series.spelled(Words{"Кисть", "Hand"})});
  put_code(item, DCM_ViewCodeSequence, {"399348003", "SCT", "postero-anterior"});
}

void put_detector(DcmItem& item) {
  put(item, {{DCM_DetectorType, "SCINTILLATOR"},
             {DCM_DetectorConfiguration, "AREA"},
             {DCM_DetectorDescription, "CSI 43X43"},
             {DCM_DetectorMode, "STANDARD"},
             {DCM_DetectorID, "FD-20117"},
             {DCM_DateOfLastDetectorCalibration, "20231204"},
             {DCM_TimeOfLastDetectorCalibration, "070000"},
             {DCM_DetectorTemperature, "31.5"},
             {DCM_DetectorBinning, "1\\1"},
             {DCM_DetectorElementPhysicalSize, "0.15\\0.15"},
             {DCM_DetectorElementSpacing, "0.15\\0.15"},
             {DCM_DetectorActiveShape, "RECTANGLE"},
             {DCM_FieldOfViewShape, "RECTANGLE"},
             {DCM_FieldOfViewDimensions, "225\\180"},
             {DCM_FieldOfViewOrigin, "0\\0"},
             {DCM_FieldOfViewRotation, "0"},
             {DCM_FieldOfViewHorizontalFlip, "NO"},
             {DCM_ImagerPixelSpacing, "0.15\\0.15"}});
}

void put_exposure(DcmItem& item) {
  put(item, {{DCM_KVP, "52"},
             {DCM_ExposureTime, "10"},
             {DCM_XRayTubeCurrent, "200"},
             {DCM_Exposure, "2"},
             {DCM_ExposureInuAs, "2000"},
             {DCM_DistanceSourceToDetector, "1100"},
             {DCM_DistanceSourceToPatient, "1060"},
             {DCM_ImageAndFluoroscopyAreaDoseProduct, "0.21"},
             {DCM_FilterType, "NONE"},
             {DCM_Grid, "NONE"},
             {DCM_FocalSpots, "0.6"},
             {DCM_ExposureControlMode, "MANUAL"},
             {DCM_ExposureIndex, "236"},
             {DCM_TargetExposureIndex, "250"},
             {DCM_DeviationIndex, "-0.3"}});
}

void put_presentation(DcmItem& item) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY"},
             {DCM_PresentationIntentType, "FOR PRESENTATION"},
             {DCM_PixelIntensityRelationship, "LOG"},
             {DCM_PixelIntensityRelationshipSign, "-1"},
             {DCM_RescaleIntercept, "0"},
             {DCM_RescaleSlope, "1"},
             {DCM_RescaleType, "US"},
             {DCM_PresentationLUTShape, "IDENTITY"},
             {DCM_LossyImageCompression, "00"},
             {DCM_BurnedInAnnotation, "YES"},
             {DCM_WindowCenter, "6800"},
             {DCM_WindowWidth, "12600"},
             {DCM_AcquisitionDeviceProcessingDescription, "BONE EDGE 2"},
             {DCM_ProtocolName, "HAND PA"}});
  put_empty_sequence(item, DCM_AcquisitionContextSequence);
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put_presentation(item);
  put_anatomy(item, series);
  put_detector(item);
  put_exposure(item);
  const Random random(series.study.seed, series.label() + "/" + std::to_string(index));
  Raster<std::uint16_t> picture = stored_values(HandFilm(random).take());
  write_text<std::uint16_t>(picture, "L", picture.columns - 150, 90, 10, 13000);
  put_grey_words(item, picture, bits, "MONOCHROME2");
}

}  // namespace

const Kind kind_dx{.name = "dx",
                   .explanation = "digital X-ray of a hand, 1200 x 1500, for presentation",
                   .modality = "DX",
                   .sop_class = UID_DigitalXRayImageStorageForPresentation,
                   .study = {"Рентгенографія кисті", "HAND X-RAY"},
                   .series = {"Кисть ліва, пряма", "LEFT HAND PA"},
                   .procedure_code = "DX-HA-1",
                   .body_part = "HAND",
                   .instances = 1,
                   .syntax = Syntax::explicit_le,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
