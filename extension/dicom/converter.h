// iconv, closed when it is no longer needed.
#pragma once

#include <memory>

namespace pgpacs::dicom {

struct CloseConverter {
  void operator()(void* handle) const;
};
using Converter = std::unique_ptr<void, CloseConverter>;

// From one encoding to another, by iconv's names; null where the machine does not know them.
Converter open_converter(const char* from, const char* to = "UTF-32LE");

}  // namespace pgpacs::dicom
