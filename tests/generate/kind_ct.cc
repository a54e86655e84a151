#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_ct.h"
#include "tests/generate/private_block.h"

namespace pgpacs::generate {

namespace {

constexpr double slice_step = 5;
constexpr int intercept = -1024;

double depth_of(std::size_t index) {
  return slice_step * static_cast<double>(index);
}

void put_acquisition(DcmItem& item, const Series& series, std::size_t index) {
  const int current = 180 + static_cast<int>(index * 7 % 60);
  put(item,
      {{DCM_ScanOptions, "HELICAL"},
       {DCM_ContrastBolusAgent, series.spelled(Words{"Йодовмісний контраст 350", "IODINE CONTRAST 350"})},
       {DCM_ContrastBolusRoute, "IV"},
       {DCM_ContrastBolusVolume, "80"},
       {DCM_ContrastFlowRate, "3.5"},
       {DCM_ContrastBolusIngredient, "IODINE"},
       {DCM_ContrastBolusIngredientConcentration, "350"},
       {DCM_KVP, "120"},
       {DCM_DataCollectionDiameter, "500"},
       {DCM_ReconstructionDiameter, decimal_string(Thorax::spacing * Thorax::size)},
       {DCM_DistanceSourceToDetector, "1040"},
       {DCM_DistanceSourceToPatient, "570"},
       {DCM_GantryDetectorTilt, "0"},
       {DCM_TableHeight, "152.5"},
       {DCM_RotationDirection, "CW"},
       {DCM_ExposureTime, "500"},
       {DCM_XRayTubeCurrent, std::to_string(current)},
       {DCM_Exposure, std::to_string(current / 2)},
       {DCM_FilterType, "BODY"},
       {DCM_GeneratorPower, "36"},
       {DCM_FocalSpots, "1.2"},
       {DCM_ConvolutionKernel, "B40"},
       {DCM_PatientPosition, "FFS"}});
  put(item, {{DCM_RevolutionTime, "0.5"},
             {DCM_SingleCollimationWidth, "0.625"},
             {DCM_TotalCollimationWidth, "40"},
             {DCM_TableSpeed, "78.75"},
             {DCM_TableFeedPerRotation, "39.375"},
             {DCM_SpiralPitchFactor, "0.984"},
             {DCM_ExposureModulationType, "XYZ"},
             {DCM_CTDIvol, decimal_string(current * 0.041, 3)},
             {DCM_IrradiationEventUID, series.uid_of("irradiation")},
             {DCM_ProtocolName, "THORAX CONTRAST 5.0"}});
  put_code(item, DCM_CTDIPhantomTypeCodeSequence, {"113691", "DCM", "IEC Body Dosimetry Phantom"});
}

void put_position(DcmItem& item, const Series& series, std::size_t index) {
  const double corner = -Thorax::spacing * (static_cast<double>(Thorax::size) - 1) / 2;
  const double z = 212.5 - depth_of(index);
  put(item, {{DCM_SliceThickness, decimal_string(slice_step)},
             {DCM_SpacingBetweenSlices, decimal_string(slice_step)},
             {DCM_ImagePositionPatient, decimal_strings({corner, corner, z})},
             {DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0"},
             {DCM_FrameOfReferenceUID, series.frame_of_reference_uid()},
             {DCM_PositionReferenceIndicator, "XY"},
             {DCM_SliceLocation, decimal_string(z)},
             {DCM_PixelSpacing, decimal_strings({Thorax::spacing, Thorax::spacing})}});
}

void put_display(DcmItem& item) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL"},
             {DCM_BurnedInAnnotation, "NO"},
             {DCM_WindowCenter, "40\\-600"},
             {DCM_WindowWidth, "400\\1500"},
             {DCM_WindowCenterWidthExplanation, "MEDIASTINUM\\LUNG"},
             {DCM_RescaleIntercept, std::to_string(intercept)},
             {DCM_RescaleSlope, "1"},
             {DCM_RescaleType, "HU"}});
}

Raster<std::uint16_t> stored_values(const Raster<float>& hounsfield) {
  Raster<std::uint16_t> stored(hounsfield.columns, hounsfield.rows);
  for (std::size_t i = 0; i < stored.samples.size(); ++i) {
    stored.samples[i] = clamped(hounsfield.samples[i] - static_cast<float>(intercept), 4095);
  }
  return stored;
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put_acquisition(item, series, index);
  put_position(item, series, index);
  put_planning_images(item, series, UID_CTImageStorage);
  put_display(item);
  put_private_block(item, "PROMIN CT HEADER 1.0", index);
  const Thorax thorax(Random(series.study.seed, series.label()));
  put_grey_words(item, stored_values(thorax.slice(depth_of(index))), 12, "MONOCHROME2");
}

}  // namespace

const Kind kind_ct{.name = "ct",
                   .explanation = "computed tomography of the chest, 512 x 512, a file for each slice",
                   .modality = "CT",
                   .sop_class = UID_CTImageStorage,
                   .study = {"КТ грудної клітки з контрастом", "CT CHEST WITH CONTRAST"},
                   .series = {"Артеріальна фаза 5.0", "ARTERIAL 5.0"},
                   .procedure_code = "CT-TH-2",
                   .body_part = "CHEST",
                   .instances = 40,
                   .syntax = Syntax::explicit_le,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
