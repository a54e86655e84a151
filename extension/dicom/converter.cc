#include "extension/dicom/converter.h"

#include <iconv.h>

#include <cstdint>

namespace pgpacs::dicom {

void CloseConverter::operator()(void* handle) const {
  iconv_close(handle);
}

Converter open_converter(const char* from, const char* to) {
  iconv_t handle = iconv_open(to, from);
  const bool has_failed = reinterpret_cast<std::intptr_t>(handle) == -1;
  return Converter(has_failed ? nullptr : handle);
}

}  // namespace pgpacs::dicom
