// Numbers as the DICOM JSON model writes them (PS3.18 F.2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgpacs::dicom {

// A decimal number in JSON's grammar, at most `longest` characters: "-12.50", "1e-7".
class DecimalText {
 public:
  static constexpr std::size_t longest = 40;

  // From DS or IS as sent: blanks around it, a leading plus, "5." and ".5" are accepted; nothing where the
  // text is no number or has an exponent beyond three digits.
  static std::optional<DecimalText> parse(std::string_view text);

  // The shortest text that gives the same number again; nothing for NaN and infinities.
  static std::optional<DecimalText> from(double value);
  static std::optional<DecimalText> from(float value);
  static DecimalText from(std::int64_t value);
  static DecimalText from(std::uint64_t value);

  std::string_view view() const { return {text_, size_}; }

 private:
  void put(char c) { text_[size_++] = c; }
  template <typename T>
  static DecimalText format(T value);

  char text_[longest + 8];
  std::size_t size_ = 0;
};

}  // namespace pgpacs::dicom
