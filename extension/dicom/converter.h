// iconv, closed when it is no longer needed.
#pragma once

#include <memory>

namespace pgpacs::dicom {

struct CloseConverter {
  void operator()(void* handle) const;
};
using Converter = std::unique_ptr<void, CloseConverter>;

// From an encoding by iconv's name to UTF-32 in little endian; null where the machine does not know it.
Converter open_converter(const char* encoding);

}  // namespace pgpacs::dicom
