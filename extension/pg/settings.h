// Settings of the extension (docs/settings.md). All are the superuser's.
#pragma once

#include "extension/dicom/limits.h"

namespace pgpacs::pg {

const char* key_directory();

// What a data set may make a backend do: those of extension/dicom/limits.h, where a setting says no other.
dicom::Limits limits();

}  // namespace pgpacs::pg
