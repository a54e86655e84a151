#include "daemon/fault.h"

#include <iterator>

namespace pgpacs {
namespace {

constexpr std::string_view insufficient_privilege = "42501";

}  // namespace

dicom::FaultCode fault_of(std::string_view sqlstate) {
  if (sqlstate == insufficient_privilege) return dicom::FaultCode::not_authorised;
  for (std::size_t i = 0; i < std::size(dicom::fault_table); ++i)
    if (sqlstate == dicom::fault_table[i].sqlstate) return static_cast<dicom::FaultCode>(i);
  return dicom::FaultCode::out_of_resources;
}

}  // namespace pgpacs
