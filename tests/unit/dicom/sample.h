// An object with something of everything: each VR, nested and empty sequences, private elements, empty and
// many values, icons with pixels of both kinds.
#pragma once

#include "tests/unit/dicom/builder.h"

namespace pgpacs::test {

inline DataSet image_reference(std::string_view instance_uid) {
  return {text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2"), text(0x00081155, "UI", instance_uid)};
}

// Selector values (PS3.6): the dictionary has one of each VR.
inline DataSet each_vr() {
  return {text(0x0072005E, "AE", " PGPACS "),
          text(0x0072005F, "AS", "042Y"),
          numbers(0x00720060, "AT", {0x00100010, 0x7FE00010}),
          text(0x00720061, "DA", "20240229\\19991231"),
          text(0x00720062, "CS", "ORIGINAL\\PRIMARY\\\\AXIAL"),
          text(0x00720063, "DT", "20240229123015.5+0100"),
          text(0x00720064, "IS", "-12\\+7"),
          value(0x00720065, "OB", hex("00 01 FE FF")),
          text(0x00720066, "LO", " a\\b "),
          words(0x00720067, "OF", 4, hex("0000C03F")),
          text(0x00720068, "LT", " two\r\nlines\\ "),
          words(0x00720069, "OW", 2, hex("0102 0304")),
          text(0x0072006A, "PN", "Doe^John^^^"),
          text(0x0072006B, "TM", "123015.25"),
          text(0x0072006C, "SH", "short"),
          value(0x0072006D, "UN", hex("DEADBEEF")),
          text(0x0072006E, "ST", "st"),
          text(0x0072006F, "UC", "unlimited\\characters"),
          text(0x00720070, "UT", "  ut"),
          text(0x00720071, "UR", "https://example.org/a?b=c"),
          text(0x00720072, "DS", "1.50\\-.5\\1e-3"),
          words(0x00720073, "OD", 8, hex("000000000000F83F")),
          numbers(0x00720074, "FD", {0.1, -2.5e300}),
          words(0x00720075, "OL", 4, hex("01020304")),
          numbers(0x00720076, "FL", {0.1, 3}),
          numbers(0x00720078, "UL", {4294967295u}),
          numbers(0x0072007A, "US", {1, 65535}),
          numbers(0x0072007C, "SL", {-2147483648ll}),
          numbers(0x0072007E, "SS", {-1, -32768}),
          text(0x0072007F, "UI", "1.2.3\\4.5.6"),
          sequence(0x00720080, {{text(0x00080100, "SH", "code")}}),
          words(0x00720081, "OV", 8, hex("0102030405060708")),
          numbers(0x00720082, "SV", {-9223372036854775807ll - 1}),
          numbers(0x00720083, "UV", {18446744073709551615ull})};
}

inline DataSet sample() {
  DataSet all = {
      text(0x00080005, "CS", "ISO_IR 192"),
      text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
      text(0x00080018, "UI", "1.2.3.4.5"),
      text(0x00080020, "DA", "20240229"),
      sequence(0x00081110, {}),
      sequence(0x00081140, {image_reference("1.2.3.1"), {}, image_reference("1.2.3.2")}),
      text(0x00090010, "LO", "ACME 1.0"),
      text(0x00091001, "LO", "private"),
      numbers(0x00091002, "US", {513}),
      text(0x00100010, "PN", "Иванов^Иван=山田^太郎"),
      text(0x00100020, "LO", "4711"),
      text(0x00100040, "CS", ""),
      text(0x0020000D, "UI", "1.2.3"),
      text(0x0020000E, "UI", "1.2.3.4"),
      numbers(0x00280002, "US", {1}),
      text(0x00280004, "CS", "MONOCHROME2"),
      text(0x00280008, "IS", "2"),
      numbers(0x00280010, "US", {2}),
      numbers(0x00280011, "US", {3}),
      numbers(0x00280100, "US", {16}),
      numbers(0x00280101, "US", {12}),
      numbers(0x00280102, "US", {11}),
      numbers(0x00280103, "US", {1}),
      numbers(0x00280106, "SS", {-5}),
      words(0x00281201, "OW", 2, hex("0100 0200 FF00")),
      sequence(0x00283000, {{numbers(0x00283002, "SS", {4, -1, 16}),
                             words(0x00283006, "OW", 2, hex("0001 0203 0405 0607"))}}),
      sequence(0x0040A730,
               {{text(0x0040A040, "CS", "CONTAINER"),
                 sequence(0x0040A730, {{text(0x0040A160, "UT", "deep"),
                                        sequence(0x0040A730, {{text(0x0040A160, "UT", "deeper")}})}})},
                {text(0x0040A160, "UT", "second")}})};
  const DataSet selectors = each_vr();
  all.insert(all.end(), selectors.begin(), selectors.end());
  all.push_back(
      sequence(0x00880200, {{numbers(0x00280010, "US", {1}), words(0x7FE00010, "OW", 2, hex("0A0B"))}}));
  all.push_back(
      words(0x7FE00010, "OW", 2, hex("0001 0203 0405 0607 0809 0A0B 0C0D 0E0F 1011 1213 1415 1617")));
  all.push_back(value(0xFFFCFFFC, "OB", hex("0000")));
  return all;
}

// The same, compressed: an icon with fragments, and Pixel Data of an offset table and two fragments.
inline DataSet compressed_sample() {
  DataSet all = sample();
  all.resize(all.size() - 3);
  all.push_back(sequence(0x00880200, {{fragments(0x7FE00010, "OB", {"", "icon"})}}));
  all.push_back(fragments(0x7FE00010, "OB", {hex("00000000 0C000000"), "abcd", "efghij"}));
  all.push_back(value(0xFFFCFFFC, "OB", hex("0000")));
  return all;
}

inline constexpr Encoding every_encoding[] = {
    explicit_little, without_lengths(explicit_little), implicit_little, without_lengths(implicit_little),
    explicit_big,    without_lengths(explicit_big),
};

}  // namespace pgpacs::test
