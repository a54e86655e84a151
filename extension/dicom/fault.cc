#include "extension/dicom/fault.h"

namespace pgpacs::dicom {

std::string message(const Fault& fault) {
  std::string text = fault.what;
  if (fault.tag != Tag{}) text += ", at " + to_string(fault.tag);
  return text;
}

}  // namespace pgpacs::dicom
