#include "extension/dicom/wildcard.h"

#include <algorithm>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

// Bytes that are no UTF-8 count one by one.
std::size_t character_size(std::string_view text, std::size_t at) {
  return std::max<std::size_t>(1, utf8_sequence(text, at));
}

}  // namespace

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t after_star = std::string_view::npos, begun = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      begun = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += character_size(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      begun += character_size(text, begun);
      t = begun;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace pgpacs::dicom
