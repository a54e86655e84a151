#include "tests/generate/console.h"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace pgpacs::generate {

namespace {

constexpr Words radiology{"Відділення променевої діагностики", "RADIOLOGY"};
constexpr Words x_ray{"Рентгенологічне відділення", "X-RAY"};
constexpr Words cardiology{"Кардіологічне відділення", "CARDIOLOGY"};

constexpr std::array<std::pair<std::string_view, Console>, 12> consoles{{
    {"ct",
     {"Promin Medical Systems", "Spiral 64", "CT_PROMIN", "31107", "sp64_4.2.1", radiology, Spelling::unicode,
      false}},
    {"mr",
     {"Horyn Magnetics", "Field 1.5", "MR_HORYN", "M15-0242", "hm\\R7.1", radiology, Spelling::cyrillic,
      true}},
    {"emr",
     {"Horyn Magnetics", "Field 3", "MR_HORYN3", "M30-0017", "hm\\R9.0", radiology, Spelling::unicode,
      false}},
    {"us",
     {"Zoria Sonic", "Z7 Cardio", "US_ZORIA", "Z7-50183", "3.0.14", cardiology, Spelling::latin, false}},
    {"cr",
     {"Krynytsia X-Ray", "Plate Reader 2", "CR_PLATE2", "20988", "1.8", x_ray, Spelling::latin_in_family,
      false}},
    {"dx", {"Krynytsia X-Ray", "Flat 43", "DX_FLAT43", "F43-7716", "5.5.0", x_ray, Spelling::unicode, true}},
    {"xa", {"Vesna Cardio", "Arc 20", "XA_ARC20", "A20-118", "v11.3", cardiology, Spelling::latin, true}},
    {"sc",
     {"Lanka Workstations", "Lanka View", "WS_LANKA1", "LV-0007", "2.6.2", radiology, Spelling::unicode,
      false}},
    {"sr",
     {"Lanka Workstations", "Lanka Report", "WS_LANKA2", "LR-0003", "2.6.2", radiology, Spelling::unicode,
      false}},
    {"pdf",
     {"Lanka Workstations", "Lanka Scan", "WS_LANKA3", "LS-0011", "2.6.2", cardiology, Spelling::unicode,
      true}},
    // Reports of a device are its own.
    {"rdsr-ct",
     {"Promin Medical Systems", "Spiral 64", "CT_PROMIN", "31107", "sp64_4.2.1", radiology, Spelling::unicode,
      false}},
    {"rdsr-xa",
     {"Vesna Cardio", "Arc 20", "XA_ARC20", "A20-118", "v11.3", cardiology, Spelling::latin, true}},
}};

}  // namespace

const Console& console_of(std::string_view kind) {
  for (const auto& [name, console] : consoles) {
    if (name == kind) return console;
  }
  throw std::logic_error("no console serves " + std::string(kind));
}

}  // namespace pgpacs::generate
