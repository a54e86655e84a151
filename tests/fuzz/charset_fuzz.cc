// Text under any declared character set, and what is made of names and paths: UTF-8 without NUL, and faults
// of ours.
#include <string_view>

#include "extension/dicom/charset.h"
#include "extension/dicom/charset_guess.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/name_similarity.h"
#include "extension/dicom/path.h"
#include "extension/dicom/romanize.h"
#include "extension/dicom/utf8.h"
#include "tests/fuzz/check.h"

using namespace pgpacs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view raw = input.substr(line + 1);
  dicom::CharacterSet charset;
  charset.declare(input.substr(0, line));
  std::string text;
  charset.decode(raw, text);
  fuzz::check(dicom::is_utf8(text), "Decoded text is UTF-8");
  fuzz::check(text.find('\0') == std::string::npos, "without NUL");
  if (const auto guess = dicom::guess_charset(charset, raw)) {
    std::string taken;
    const bool is_clean = guess->taken.decode(raw, taken);
    fuzz::check(is_clean && dicom::is_utf8(taken), "The set that is taken fits all of the text");
    fuzz::check(dicom::is_utf8(dicom::describe(*guess, "ISO_IR 100", charset, raw)),
                "Of which a word is shown");
    fuzz::check(guess->taken != charset, "It is another one");
  }
  fuzz::check(dicom::is_utf8(dicom::romanize(text)), "Romanized it is UTF-8");
  const std::string key = dicom::name_skeleton(text);
  fuzz::check(dicom::is_utf8(key), "So is its key");
  fuzz::check(key == dicom::name_skeleton(dicom::romanize(text)), "which is that of its romanization");
  dicom::name_skeleton(raw);
  const std::string_view half = input.substr(0, line);
  const float similarity = dicom::compare_names(half, raw).similarity;
  fuzz::check(similarity >= 0 && similarity <= 1, "Names are alike from 0 to 1");
  fuzz::check(similarity == dicom::compare_names(raw, half).similarity, "whichever is the first");
  try {
    dicom::parse_path(raw);
  } catch (const dicom::Fault& fault) {
    fuzz::check(fault.code == dicom::FaultCode::unknown_attribute, "A path is refused as one");
  }
  return 0;
}
