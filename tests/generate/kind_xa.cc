#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_xa.h"

namespace pgpacs::generate {

namespace {

void put_cine(DcmItem& item) {
  put(item, {{DCM_NumberOfFrames, std::to_string(Angiogram::frames)},
             {DCM_FrameIncrementPointer, "(0018,1063)"},
             {DCM_FrameTime, "66.667"},
             {DCM_CineRate, "15"},
             {DCM_RecommendedDisplayFrameRate, "15"},
             {DCM_PreferredPlaybackSequencing, "0"},
             {DCM_StartTrim, "1"},
             {DCM_StopTrim, std::to_string(Angiogram::frames)},
             {DCM_ContrastBolusAgent, "IODINE CONTRAST 320"},
             {DCM_ContrastBolusRoute, "INTRA ARTERIAL"},
             {DCM_ContrastBolusVolume, "7"},
             {DCM_RepresentativeFrameNumber, "10"}});
}

void put_beam(DcmItem& item) {
  put(item, {{DCM_KVP, "78"},
             {DCM_XRayTubeCurrent, "612"},
             {DCM_ExposureTime, "140"},
             {DCM_Exposure, "86"},
             {DCM_AveragePulseWidth, "7"},
             {DCM_RadiationSetting, "GR"},
             {DCM_RadiationMode, "PULSED"},
             {DCM_ImageAndFluoroscopyAreaDoseProduct, "3.94"},
             {DCM_TypeOfFilters, "CU"},
             {DCM_IntensifierSize, "200"},
             {DCM_FieldOfViewShape, "ROUND"},
             {DCM_FieldOfViewDimensions, "160"},
             {DCM_ImagerPixelSpacing, "0.37\\0.37"},
             {DCM_FocalSpots, "0.8"},
             {DCM_PixelIntensityRelationship, "LIN"}});
}

void put_positioner(DcmItem& item) {
  put(item, {{DCM_DistanceSourceToDetector, "1060"},
             {DCM_DistanceSourceToPatient, "800"},
             {DCM_EstimatedRadiographicMagnificationFactor, "1.325"},
             {DCM_PositionerMotion, "STATIC"},
             {DCM_PositionerPrimaryAngle, "-28.5"},
             {DCM_PositionerSecondaryAngle, "21"},
             {DCM_TableMotion, "STATIC"},
             {DCM_ShutterShape, "CIRCULAR"},
             {DCM_CenterOfCircularShutter, "256\\256"},
             {DCM_RadiusOfCircularShutter, "286"},
             {DCM_CollimatorShape, "CIRCULAR"},
             {DCM_CenterOfCircularCollimator, "256\\256"},
             {DCM_RadiusOfCircularCollimator, "286"}});
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY\\SINGLE PLANE"},
             {DCM_PatientOrientation, ""},
             {DCM_BurnedInAnnotation, "NO"},
             {DCM_LossyImageCompression, "00"},
             {DCM_WindowCenter, "128"},
             {DCM_WindowWidth, "256"},
             {DCM_ProtocolName, "CORONARY 15 FPS"}});
  put_cine(item);
  put_beam(item);
  put_positioner(item);
  const Angiogram angiogram(Random(series.study.seed, series.label() + "/" + std::to_string(index)));
  std::vector<Raster<std::uint8_t>> frames;
  for (std::size_t i = 0; i < Angiogram::frames; ++i) frames.push_back(angiogram.frame(i));
  put_grey_bytes(item, frames);
}

}  // namespace

const Kind kind_xa{.name = "xa",
                   .explanation = "X-ray angiography of a coronary artery, 512 x 512, a film of 20 frames",
                   .modality = "XA",
                   .sop_class = UID_XRayAngiographicImageStorage,
                   .study = {"Коронарографія", "CORONARY ANGIOGRAPHY"},
                   .series = {"Ліва коронарна артерія", "LEFT CORONARY"},
                   .procedure_code = "XA-CO-1",
                   .body_part = "HEART",
                   .instances = 1,
                   .syntax = Syntax::jpeg_lossless,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
