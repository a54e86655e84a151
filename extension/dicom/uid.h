// Unique identifiers (PS3.5 chapter 9).
#pragma once

#include <string_view>

namespace pgpacs::dicom {

// Digits and dots, at most 64 characters, no empty component. Leading zeros of a component are against the
// standard but common in the field, and harmless: accepted.
constexpr bool is_valid_uid(std::string_view uid) {
  if (uid.empty() || uid.size() > 64 || uid.front() == '.' || uid.back() == '.') return false;
  for (std::size_t i = 0; i < uid.size(); ++i) {
    if (uid[i] == '.') {
      if (uid[i - 1] == '.') return false;
    } else if (uid[i] < '0' || uid[i] > '9') {
      return false;
    }
  }
  return true;
}

}  // namespace pgpacs::dicom
