#include "tests/generate/private_block.h"

#include <array>

#include "tests/generate/element.h"

namespace pgpacs::generate {

namespace {

constexpr Uint16 group = 0x0029;

/// Element `number` of the block that (0029,0010) reserves.
DcmTag in_block(Uint16 number, DcmEVR vr) {
  return {group, static_cast<Uint16>(0x1000 | number), DcmVR(vr)};
}

void put_calibration(DcmItem& item) {
  std::array<Uint8, 64> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<Uint8>(i * i);
  check(item.putAndInsertUint8Array(in_block(0x10, EVR_OB), table.data(), table.size()), "private OB");
  const std::array<Float32, 4> weights{0.25F, 0.5F, 0.75F, 1.0F};
  check(item.putAndInsertFloat32Array(in_block(0x11, EVR_FL), weights.data(), weights.size()), "private FL");
}

void put_detectors(DcmItem& item) {
  for (const char* row : {"A", "B"}) {
    DcmItem& detector = append_item(item, in_block(0x20, EVR_SQ));
    put(detector, {{DcmTag(group, 0x0010, EVR_LO), text_of(item, DcmTagKey(group, 0x0010))},
                   {in_block(0x21, EVR_SH), std::string("ROW ") + row},
                   {in_block(0x22, EVR_DS), "1.015\\0.998"}});
    DcmItem& channel = append_item(detector, in_block(0x23, EVR_SQ));
    put(channel, {{DcmTag(group, 0x0010, EVR_LO), text_of(item, DcmTagKey(group, 0x0010))},
                  {in_block(0x24, EVR_IS), "672"},
                  {in_block(0x25, EVR_UT), "gain table of the morning's calibration"}});
  }
}

}  // namespace

void put_private_block(DcmItem& item, const std::string& creator, std::size_t index) {
  put(item, {{DcmTag(group, 0x0010, EVR_LO), creator},
             {in_block(0x01, EVR_LO), "ALGORITHM 3D\\ITERATIVE 2"},
             {in_block(0x02, EVR_DS), decimal_string(0.35 + 0.01 * static_cast<double>(index % 7))},
             {in_block(0x03, EVR_FD), "1.0625"},
             {in_block(0x04, EVR_US), std::to_string(1152 + index)},
             {in_block(0x05, EVR_SL), "-42"},
             {in_block(0x06, EVR_CS), "SMOOTH"},
             {in_block(0x07, EVR_DT), "20231114073000"}});
  put_calibration(item);
  put_detectors(item);
}

}  // namespace pgpacs::generate
