#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_mr.h"

namespace pgpacs::generate {

namespace {

constexpr double slice_thickness = 5;
constexpr double slice_step = 6;
constexpr double first_depth = 6;

double depth_of(std::size_t index) {
  return first_depth + slice_step * static_cast<double>(index);
}

void put_sequence(DcmItem& item) {
  put(item, {{DCM_ScanningSequence, "SE"},
             {DCM_SequenceVariant, "SK\\SP\\OSP"},
             {DCM_ScanOptions, "FC\\SP"},
             {DCM_MRAcquisitionType, "2D"},
             {DCM_SequenceName, "tse2d1_15"},
             {DCM_AngioFlag, "N"},
             {DCM_RepetitionTime, "4500"},
             {DCM_EchoTime, "102"},
             {DCM_NumberOfAverages, "2"},
             {DCM_ImagingFrequency, "63.8712"},
             {DCM_ImagedNucleus, "1H"},
             {DCM_EchoNumbers, "1"},
             {DCM_MagneticFieldStrength, "1.5"},
             {DCM_NumberOfPhaseEncodingSteps, "256"},
             {DCM_EchoTrainLength, "15"},
             {DCM_PercentSampling, "100"},
             {DCM_PercentPhaseFieldOfView, "100"},
             {DCM_PixelBandwidth, "191"}});
  put(item, {{DCM_ReceiveCoilName, "HEAD 12"},
             {DCM_TransmitCoilName, "BODY"},
             {DCM_AcquisitionMatrix, "0\\256\\256\\0"},
             {DCM_InPlanePhaseEncodingDirection, "ROW"},
             {DCM_FlipAngle, "150"},
             {DCM_VariableFlipAngleFlag, "N"},
             {DCM_SAR, "1.18"},
             {DCM_dBdt, "0"},
             {DCM_PatientPosition, "HFS"},
             {DCM_ProtocolName, "HEAD T2 TSE TRA"}});
}

void put_position(DcmItem& item, const Series& series, std::size_t index) {
  // The slices are tilted to the line of the skull's base, as heads are planned.
  constexpr double tilt_cosine = 0.984808;
  constexpr double tilt_sine = 0.173648;
  const double corner = -Head::spacing * (static_cast<double>(Head::size) - 1) / 2;
  const double along = 70 - depth_of(index);
  put(item, {{DCM_SliceThickness, decimal_string(slice_thickness)},
             {DCM_SpacingBetweenSlices, decimal_string(slice_step)},
             {DCM_ImagePositionPatient, decimal_strings({corner, corner * tilt_cosine - along * tilt_sine,
                                                         corner * tilt_sine + along * tilt_cosine})},
             {DCM_ImageOrientationPatient, decimal_strings({1, 0, 0, 0, tilt_cosine, tilt_sine})},
             {DCM_FrameOfReferenceUID, series.frame_of_reference_uid()},
             {DCM_PositionReferenceIndicator, ""},
             {DCM_SliceLocation, decimal_string(along)},
             {DCM_PixelSpacing, decimal_strings({Head::spacing, Head::spacing})}});
}

Raster<std::uint16_t> stored_values(const Raster<float>& signal) {
  Raster<std::uint16_t> stored(signal.columns, signal.rows);
  for (std::size_t i = 0; i < stored.samples.size(); ++i)
    stored.samples[i] = clamped(signal.samples[i], 4095);
  return stored;
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put(item,
      {{DCM_ImageType, "ORIGINAL\\PRIMARY\\M\\NORM"}, {DCM_WindowCenter, "620"}, {DCM_WindowWidth, "1240"}});
  put_sequence(item);
  put_position(item, series, index);
  put_planning_images(item, series, UID_MRImageStorage);
  const Head head(Random(series.study.seed, series.label()));
  put_grey_words(item, stored_values(head.slice(depth_of(index))), 12, "MONOCHROME2");
}

}  // namespace

const Kind kind_mr{.name = "mr",
                   .explanation = "magnetic resonance of the head, T2, 256 x 256, a file for each slice",
                   .modality = "MR",
                   .sop_class = UID_MRImageStorage,
                   .study = {"МРТ головного мозку", "MRI BRAIN"},
                   .series = {"T2 TSE аксіальна", "T2 TSE AXIAL"},
                   .procedure_code = "MR-BR-1",
                   .body_part = "BRAIN",
                   .instances = 24,
                   .syntax = Syntax::implicit_le,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
