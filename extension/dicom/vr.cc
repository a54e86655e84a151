#include "extension/dicom/vr.h"

#include <array>

namespace pgpacs::dicom {
namespace {

constexpr std::size_t letters = 26;

constexpr std::size_t index(char first, char second) {
  return static_cast<std::size_t>(first - 'A') * letters + static_cast<std::size_t>(second - 'A');
}

constexpr auto make_table() {
  std::array<VRTraits, letters * letters> table{};
  const auto set = [&](std::string_view names, VRTraits traits) {
    for (std::size_t i = 0; i + 1 < names.size(); i += 3) table[index(names[i], names[i + 1])] = traits;
  };
  set("AE AS CS DA DT TM UI", {VRKind::codes, 1, false, false});
  set("LO SH PN", {VRKind::strings, 1, false, true});
  set("UC", {VRKind::strings, 1, true, true});
  set("LT ST", {VRKind::text, 1, false, true});
  set("UT", {VRKind::text, 1, true, true});
  set("UR", {VRKind::text, 1, true, false});
  set("DS IS", {VRKind::decimal, 1, false, false});
  set("AT", {VRKind::tag, 4, false, false});
  set("US SS", {VRKind::number, 2, false, false});
  set("UL SL FL", {VRKind::number, 4, false, false});
  set("FD", {VRKind::number, 8, false, false});
  set("SV UV", {VRKind::number, 8, true, false});
  set("OB UN", {VRKind::binary, 1, true, false});
  set("OW", {VRKind::binary, 2, true, false});
  set("OF OL", {VRKind::binary, 4, true, false});
  set("OD OV", {VRKind::binary, 8, true, false});
  set("SQ", {VRKind::sequence, 1, true, false});
  return table;
}

constexpr auto table = make_table();

}  // namespace

VRTraits traits(VR vr) {
  const auto [first, second] = name(vr).text;
  if (first < 'A' || first > 'Z' || second < 'A' || second > 'Z') return {};
  return table[index(first, second)];
}

std::size_t word_width(VR vr) {
  const VRTraits kind = traits(vr);
  if (vr == VR::AT) return 2;  // group and element
  return kind.kind == VRKind::number || kind.kind == VRKind::binary ? kind.width : 1;
}

}  // namespace pgpacs::dicom
