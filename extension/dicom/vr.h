// Value representations (PS3.5 6.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgpacs::dicom {

constexpr std::uint16_t vr_code(char a, char b) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(a) | static_cast<unsigned char>(b) << 8);
}

// The two characters as they stand in the file, first character in the low byte.
enum class VR : std::uint16_t {
  none = 0,
  AE = vr_code('A', 'E'),
  AS = vr_code('A', 'S'),
  AT = vr_code('A', 'T'),
  CS = vr_code('C', 'S'),
  DA = vr_code('D', 'A'),
  DS = vr_code('D', 'S'),
  DT = vr_code('D', 'T'),
  FD = vr_code('F', 'D'),
  FL = vr_code('F', 'L'),
  IS = vr_code('I', 'S'),
  LO = vr_code('L', 'O'),
  LT = vr_code('L', 'T'),
  OB = vr_code('O', 'B'),
  OD = vr_code('O', 'D'),
  OF = vr_code('O', 'F'),
  OL = vr_code('O', 'L'),
  OV = vr_code('O', 'V'),
  OW = vr_code('O', 'W'),
  PN = vr_code('P', 'N'),
  SH = vr_code('S', 'H'),
  SL = vr_code('S', 'L'),
  SQ = vr_code('S', 'Q'),
  SS = vr_code('S', 'S'),
  ST = vr_code('S', 'T'),
  SV = vr_code('S', 'V'),
  TM = vr_code('T', 'M'),
  UC = vr_code('U', 'C'),
  UI = vr_code('U', 'I'),
  UL = vr_code('U', 'L'),
  UN = vr_code('U', 'N'),
  UR = vr_code('U', 'R'),
  US = vr_code('U', 'S'),
  UT = vr_code('U', 'T'),
  UV = vr_code('U', 'V'),
};

// How the value is read: decides trimming, splitting at backslashes, character set, JSON form.
enum class VRKind : std::uint8_t {
  unknown,   // two letters that are no VR
  text,      // one value, leading spaces kept: LT ST UT UR
  strings,   // many values, in the declared character set: LO SH UC PN
  codes,     // many values, default repertoire: AE AS CS DA DT TM UI
  decimal,   // DS IS
  tag,       // AT
  number,    // FD FL SL SS SV UL US UV
  binary,    // OB OD OF OL OV OW UN
  sequence,  // SQ
};

struct VRTraits {
  VRKind kind = VRKind::unknown;
  std::uint8_t width = 1;           // bytes of one value, where that is fixed
  bool has_long_length = false;     // explicit VR: two reserved bytes and a 32-bit length (PS3.5 7.1.2)
  bool uses_character_set = false;  // PS3.5 6.1.2.2
};

VRTraits traits(VR vr);

// Bytes of one number of a VR, whose order depends on the transfer syntax; 1 where it does not.
std::size_t word_width(VR vr);

inline bool is_known(VR vr) {
  return traits(vr).kind != VRKind::unknown;
}

// "CS" and the like; two characters, not NUL-terminated inside the enum, hence the array.
struct VRName {
  char text[2];
  std::string_view view() const { return {text, 2}; }
};

inline VRName name(VR vr) {
  const auto code = static_cast<std::uint16_t>(vr);
  return {{static_cast<char>(code & 0xFF), static_cast<char>(code >> 8)}};
}

}  // namespace pgpacs::dicom
