// Where an attribute lies in a header: PatientName, 00100010,
// RequestAttributesSequence[0].ScheduledProcedureStepID, 'SIEMENS CSA HEADER'/0029xx10.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgpacs::dicom {

// One step: an attribute, and which item of it the next step is in. Plain bytes, to be kept where nothing is
// destroyed.
inline constexpr std::uint32_t any_item = 0xFFFFFFFF;

struct PathStep {
  std::array<char, 8>
      tag{};  // as keys of the JSON model; of a private block, its group and element with xx between
  std::uint32_t item = 0;          // counted from 0, or any_item
  std::uint8_t creator_size = 0;   // 0: no private block
  std::array<char, 64> creator{};  // Private Creator (PS3.5 7.8.1)

  std::string_view key() const { return {tag.data(), tag.size()}; }
  std::string_view private_creator() const { return {creator.data(), creator_size}; }
};

struct Path {
  std::array<PathStep, 8> steps{};
  std::uint8_t size = 0;
};

// Steps are parted by dots; [n] chooses an item, the first where it is left out. A step is a keyword, a tag
// of eight digits, (gggg,eeee), or creator/ggggxxee, the creator in single or double quotes where it likes.
// Throws unknown_attribute.
Path parse_path(std::string_view text);

// The same of what may be many: digits of a tag may be x (60xx3000, (50xx,xxxx)), [*] is every item, and an
// item of the last step is refused.
Path parse_pattern(std::string_view text);

// The one spelling of a path, whatever was typed: keywords where the dictionary has one, items always told.
std::string spell_path(const Path& path);

}  // namespace pgpacs::dicom
