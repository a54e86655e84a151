#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_mr.h"

namespace pgpacs::generate {

namespace {

constexpr std::size_t frames = 10;
constexpr double slice_step = 12;
constexpr double first_depth = 12;

double depth_of(std::size_t frame) {
  return first_depth + slice_step * static_cast<double>(frame);
}

void put_shared_groups(DcmItem& item) {
  DcmItem& shared = append_item(item, DCM_SharedFunctionalGroupsSequence);
  put(append_item(shared, DCM_PixelMeasuresSequence),
      {{DCM_SliceThickness, "5"},
       {DCM_SpacingBetweenSlices, decimal_string(slice_step)},
       {DCM_PixelSpacing, decimal_strings({Head::spacing, Head::spacing})}});
  put(append_item(shared, DCM_PlaneOrientationSequence),
      {{DCM_ImageOrientationPatient, decimal_strings({1, 0, 0, 0, 1, 0})}});
  put(append_item(shared, DCM_MRImageFrameTypeSequence), {{DCM_FrameType, "ORIGINAL\\PRIMARY\\T2\\NONE"},
                                                          {DCM_PixelPresentation, "MONOCHROME"},
                                                          {DCM_VolumetricProperties, "VOLUME"},
                                                          {DCM_VolumeBasedCalculationTechnique, "NONE"},
                                                          {DCM_ComplexImageComponent, "MAGNITUDE"},
                                                          {DCM_AcquisitionContrast, "T2"}});
}

void put_frame_groups(DcmItem& item, std::size_t frame) {
  DcmItem& own = append_item(item, DCM_PerFrameFunctionalGroupsSequence);
  const std::string number = std::to_string(frame + 1);
  put(append_item(own, DCM_UnassignedPerFrameConvertedAttributesSequence), {{DCM_InstanceNumber, number}});
  put(append_item(own, DCM_FrameContentSequence), {{DCM_StackID, "1"}, {DCM_InStackPositionNumber, number}});
  const double corner = -Head::spacing * (static_cast<double>(Head::size) - 1) / 2;
  put(append_item(own, DCM_PlanePositionSequence),
      {{DCM_ImagePositionPatient, decimal_strings({corner, corner, 70 - depth_of(frame)})}});
  put(append_item(own, DCM_FrameVOILUTSequence),
      {{DCM_WindowCenter, std::to_string(600 + 10 * frame)}, {DCM_WindowWidth, "1240"}});
}

void fill(DcmItem& item, const Series& series, std::size_t /*index*/) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY\\T2\\NONE"},
             {DCM_PixelPresentation, "MONOCHROME"},
             {DCM_VolumetricProperties, "VOLUME"},
             {DCM_VolumeBasedCalculationTechnique, "NONE"},
             {DCM_ComplexImageComponent, "MAGNITUDE"},
             {DCM_AcquisitionContrast, "T2"},
             {DCM_MagneticFieldStrength, "1.5"},
             {DCM_FrameOfReferenceUID, series.frame_of_reference_uid()},
             {DCM_PositionReferenceIndicator, ""},
             {DCM_NumberOfFrames, std::to_string(frames)},
             {DCM_LossyImageCompression, "00"},
             {DCM_BurnedInAnnotation, "NO"},
             {DCM_PresentationLUTShape, "IDENTITY"}});
  put_empty_sequence(item, DCM_AcquisitionContextSequence);
  put_shared_groups(item);
  const Head head(Random(series.study.seed, series.label()));
  std::vector<Raster<std::uint8_t>> slices;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    put_frame_groups(item, frame);
    const Raster<float> signal = head.slice(depth_of(frame));
    Raster<std::uint8_t> slice(signal.columns, signal.rows);
    for (std::size_t i = 0; i < slice.samples.size(); ++i)
      slice.samples[i] = static_cast<std::uint8_t>(clamped(signal.samples[i] / 6, 255));
    slices.push_back(slice);
  }
  put_grey_bytes(item, slices);
}

}  // namespace

const Kind kind_emr{.name = "emr",
                    .explanation =
                        "enhanced (legacy converted) magnetic resonance of the head, 10 frames in one file, "
                        "with functional groups",
                    .modality = "MR",
                    .sop_class = UID_LegacyConvertedEnhancedMRImageStorage,
                    .study = {"МРТ головного мозку", "MRI BRAIN"},
                    .series = {"T2 TSE аксіальна", "T2 TSE AXIAL"},
                    .procedure_code = "MR-BR-1",
                    .body_part = "BRAIN",
                    .instances = 1,
                    .syntax = Syntax::explicit_le,
                    .is_image = true,
                    .fill = fill};

}  // namespace pgpacs::generate
