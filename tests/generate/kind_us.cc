#include "tests/generate/element.h"
#include "tests/generate/image.h"
#include "tests/generate/module.h"
#include "tests/generate/phantom_us.h"

namespace pgpacs::generate {

namespace {

constexpr const char* frame_time = "33.333";  // milliseconds

using Screen = Echocardiogram;

/// What the operator sees burned into the picture; the screen's letters are Latin only.
std::vector<std::string> captions(const Series& series) {
  const Study& study = series.study;
  const std::string who = spell(study.person.name, Spelling::latin_in_family);
  return {"ZORIA Z7   ADULT CARDIAC   " + date_of(study.begin),
          who + "  " + (study.is_emergency ? "" : study.person.id), "FR 30 HZ  15 CM  MI 0.9  TIS 0.7"};
}

void put_region(DcmItem& item) {
  const auto half_width = static_cast<int>(std::sin(Screen::half_angle) * Screen::depth / Screen::spacing);
  const auto bottom = Screen::apex_y + static_cast<std::size_t>(Screen::depth / Screen::spacing);
  const std::string centimetres = decimal_string(Screen::spacing / 10);
  put(append_item(item, DCM_SequenceOfUltrasoundRegions),
      {{DCM_RegionSpatialFormat, "1"},
       {DCM_RegionDataType, "1"},
       {DCM_RegionFlags, "2"},
       {DCM_RegionLocationMinX0, std::to_string(static_cast<int>(Screen::apex_x) - half_width)},
       {DCM_RegionLocationMinY0, std::to_string(Screen::apex_y)},
       {DCM_RegionLocationMaxX1, std::to_string(static_cast<int>(Screen::apex_x) + half_width)},
       {DCM_RegionLocationMaxY1, std::to_string(bottom)},
       {DCM_ReferencePixelX0, std::to_string(half_width)},
       {DCM_ReferencePixelY0, "0"},
       {DCM_ReferencePixelPhysicalValueX, "0"},
       {DCM_ReferencePixelPhysicalValueY, "0"},
       {DCM_PhysicalUnitsXDirection, "3"},
       {DCM_PhysicalUnitsYDirection, "3"},
       {DCM_PhysicalDeltaX, centimetres},
       {DCM_PhysicalDeltaY, centimetres},
       {DCM_TransducerFrequency, "2500"},
       {DCM_PulseRepetitionFrequency, "4200"}});
}

void put_cine(DcmItem& item) {
  put(item, {{DCM_NumberOfFrames, std::to_string(Screen::frames)},
             {DCM_FrameIncrementPointer, "(0018,1063)"},
             {DCM_FrameTime, frame_time},
             {DCM_CineRate, "30"},
             {DCM_RecommendedDisplayFrameRate, "30"},
             {DCM_StartTrim, "1"},
             {DCM_StopTrim, std::to_string(Screen::frames)},
             {DCM_EffectiveDuration, "1"},
             {DCM_HeartRate, "60"},
             {DCM_NumberOfStages, "1"},
             {DCM_StageNumber, "1"},
             {DCM_NumberOfViewsInStage, "1"},
             {DCM_ViewNumber, "1"}});
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  put(item, {{DCM_ImageType, "ORIGINAL\\PRIMARY\\TTE\\0001"},
             {DCM_TransducerData, "S5-1\\PHASED"},
             {DCM_ProcessingFunction, "TIS 0.7"},
             {DCM_UltrasoundColorDataPresent, "0"},
             {DCM_LossyImageCompression, "00"},
             {DCM_BurnedInAnnotation, "YES"},
             {DCM_PatientOrientation, ""},
             {DCM_MechanicalIndex, "0.9"},
             {DCM_SoftTissueThermalIndex, "0.7"},
             {DCM_DepthOfScanField, "150"},
             {DCM_ProtocolName, "TTE ADULT"}});
  put_cine(item);
  put_region(item);
  const Echocardiogram heart(Random(series.study.seed, series.label() + "/" + std::to_string(index)));
  std::vector<Raster<Colour>> frames;
  for (std::size_t i = 0; i < Screen::frames; ++i) frames.push_back(heart.frame(i, captions(series)));
  put_colours(item, frames);
}

}  // namespace

const Kind kind_us{.name = "us",
                   .explanation = "ultrasound of the heart, 640 x 480 in colour, a film of 30 frames",
                   .modality = "US",
                   .sop_class = UID_UltrasoundMultiframeImageStorage,
                   .study = {"Ехокардіографія", "ECHOCARDIOGRAPHY"},
                   .series = {"Чотирикамерна позиція", "APICAL 4 CHAMBER"},
                   .procedure_code = "US-HE-1",
                   .body_part = "HEART",
                   .instances = 1,
                   .syntax = Syntax::jpeg,
                   .is_image = true,
                   .fill = fill};

}  // namespace pgpacs::generate
