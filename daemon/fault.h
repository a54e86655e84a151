// Faults of the database, as the daemon answers them.
#pragma once

#include <string>
#include <string_view>

#include "extension/dicom/fault.h"

namespace pgpacs {

// The fault of a SQLSTATE; not_authorised for a right that is missing, out_of_resources for what is none of
// ours (connection lost, disk full, shutdown).
dicom::FaultCode fault_of(std::string_view sqlstate);

// What goes wrong outside of data sets: a fault with words of its own. Thrown, and turned into a status where
// a peer waits for one.
struct Failure {
  dicom::FaultCode code;
  std::string what;
  // The answer to COMMIT was lost: what was asked may have been done.
  bool is_in_doubt = false;
};

}  // namespace pgpacs
