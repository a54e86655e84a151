// Specific Character Set (0008,0005) to UTF-8 (PS3.3 C.12.1.1.2, PS3.5 chapter 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "extension/dicom/code_tables.h"

namespace pgpacs::dicom {

class CharacterSet {
 public:
  enum class Kind : std::uint8_t { ascii, single_byte, utf8, multi_byte, utf8_twice };

  // The default repertoire, ISO_IR 6.
  CharacterSet() = default;
  // Sets that may be meant though they were not declared. `through`: whose characters the bytes of UTF-8 were
  // taken for when they were encoded again; text that is UTF-8 only once is read as that.
  static CharacterSet utf8();
  static CharacterSet single_byte(SingleByteSet set);
  static CharacterSet utf8_twice(SingleByteSet through);

  // `declared` is the value of (0008,0005). False where a term is not one of the standard's: spellings seen
  // in the field ("ISO-IR 100", "UTF-8") are taken for what they mean, others for the default repertoire.
  bool declare(std::string_view declared);

  // Appends `raw` as UTF-8 without NUL. False where bytes were no characters of this set: in the default
  // repertoire they are read as UTF-8 if they are that, else as ISO 8859-1; elsewhere they become U+FFFD.
  bool decode(std::string_view raw, std::string& out) const;

  // Appends what `text`, which is UTF-8, is in this set. False, and nothing appended, where the set cannot
  // hold it; of sets with code extensions the one is used that is there before any escape sequence.
  bool encode(std::string_view text, std::string& out) const;

  // Whether `raw` is its own UTF-8: ASCII without escape sequences.
  bool is_plain(std::string_view raw) const;

  Kind kind() const { return kind_; }
  bool has_extensions() const { return has_extensions_; }
  std::optional<SingleByteSet> set() const { return set_; }
  bool operator==(const CharacterSet&) const = default;

 private:
  bool declare_first(std::string_view value);
  bool decode_single_byte(std::string_view raw, std::string& out) const;
  bool decode_multi_byte(std::string_view raw, std::string& out) const;
  bool encode_single_byte(std::string_view text, std::string& out) const;
  bool encode_multi_byte(std::string_view text, std::string& out) const;

  Kind kind_ = Kind::ascii;
  bool has_extensions_ = false;  // escape sequences change the set (ISO/IEC 2022)
  std::optional<SingleByteSet> set_;
  const char* encoding_ = "";  // iconv's name of a multi-byte set: one literal for each
};

}  // namespace pgpacs::dicom
