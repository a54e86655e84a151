// What can go wrong, as one value: thrown inside this library, turned into a SQLSTATE, a DIMSE status or an
// HTTP status at the border (extension/pg, daemon). A fault names a tag and never holds a value.
#pragma once

#include <cstdint>
#include <string>

#include "extension/dicom/tag.h"

namespace pgpacs::dicom {

enum class FaultCode : std::uint8_t {
#define PGPACS_FAULT(name, sqlstate, dimse, http, meaning) name,
#include "extension/faults.def"
#undef PGPACS_FAULT
};

struct FaultInfo {
  const char* name;
  const char* sqlstate;
  std::uint16_t dimse_status;
  std::uint16_t http_status;
  const char* meaning;
};

inline constexpr FaultInfo fault_table[] = {
#define PGPACS_FAULT(name, sqlstate, dimse, http, meaning) {#name, sqlstate, dimse, http, meaning},
#include "extension/faults.def"
#undef PGPACS_FAULT
};

constexpr const FaultInfo& info(FaultCode code) {
  return fault_table[static_cast<std::size_t>(code)];
}

// `what` is a literal; `tag` is the element at fault, or Tag{} when there is none.
struct Fault {
  FaultCode code;
  const char* what;
  Tag tag{};
};

// "value runs past the end of the data, at (0008,0020)"
std::string message(const Fault& fault);

}  // namespace pgpacs::dicom
