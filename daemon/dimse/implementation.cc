#include "daemon/dimse/implementation.h"

#include <cstddef>
#include <string_view>

#include "extension/dicom/file_meta.h"

namespace pgpacs::dimse {
namespace {

template <std::size_t size>
void copy(char (&field)[size], std::string_view value) {
  field[value.copy(field, size - 1)] = '\0';
}

}  // namespace

// DCMTK answers with what is ours; what it asks with it has copied from there when it made the parameters.
void set_implementation(T_ASC_Parameters* parameters) {
  copy(parameters->ourImplementationClassUID, dicom::implementation_class_uid);
  copy(parameters->ourImplementationVersionName, dicom::implementation_version_name);
  copy(parameters->DULparams.callingImplementationClassUID, dicom::implementation_class_uid);
  copy(parameters->DULparams.callingImplementationVersionName, dicom::implementation_version_name);
}

}  // namespace pgpacs::dimse
