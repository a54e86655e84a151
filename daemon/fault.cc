#include "daemon/fault.h"

#include <iterator>

namespace pgpacs {

dicom::FaultCode fault_of(std::string_view sqlstate) {
  for (std::size_t i = 0; i < std::size(dicom::fault_table); ++i)
    if (sqlstate == dicom::fault_table[i].sqlstate) return static_cast<dicom::FaultCode>(i);
  return dicom::FaultCode::out_of_resources;
}

}  // namespace pgpacs
