// What is wrong with a data set without hindering its storage: kept as rows, so that a device can be mended.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/dicom/limits.h"
#include "extension/dicom/tag.h"

namespace pgpacs::dicom {

enum class DefectCode : std::uint8_t {
  bad_date,               // DA, TM or DT not of PS3.5 6.2
  bad_number,             // DS or IS that is no number
  bad_uid,                // UI not of PS3.5 9.1
  bad_length,             // a number whose length is no multiple of its width
  odd_length,             // PS3.5 7.1.1: lengths are even
  unknown_vr,             // two letters that are no VR
  unknown_character_set,  // a defined term of (0008,0005) that is not in PS3.3 C.12.1.1.2
  wrong_character_set,    // texts are in another set than (0008,0005) says: both, and a word in both readings
  bad_character,          // bytes that are no characters of the declared set
  nul_in_text,            // NUL inside a text (padding at its end aside)
  unordered,              // tags not ascending (PS3.5 7.1)
  repeated,               // the same tag twice in one data set
  missing_delimiter,      // an item or sequence of undefined length without its end
  stray_delimiter,        // a delimiter where none belongs
  overlong_item,          // an element runs past the end of its item or sequence
  wrong_syntax,           // the data set is not in the transfer syntax that is named
  guessed_syntax,         // no transfer syntax is named
  misplaced_meta,         // file meta information inside the data set (PS3.10 7.1)
  bad_offset_table,       // it points to no fragment, or not at each frame (PS3.5 A.4)
  bad_frame_count,        // fragments cannot be told apart as Number of Frames says
  more,                   // further defects were not noted
};

std::string_view name(DefectCode code);

struct Defect {
  DefectCode code;
  Tag tag;
  std::string value;  // the value as sent, where it is short text; never logged
};

// Collects up to the limit, then one `more`.
class Defects {
 public:
  explicit Defects(std::uint32_t limit = Limits{}.defects) : limit_(limit) {}
  void note(DefectCode code, Tag tag, std::string_view value = {});
  const std::vector<Defect>& list() const { return list_; }

 private:
  std::uint32_t limit_;
  std::vector<Defect> list_;
};

}  // namespace pgpacs::dicom
