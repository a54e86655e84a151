// A data set read to JSON, or the fault that ended that.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "extension/dicom/fault.h"
#include "extension/dicom/json.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/reader.h"

namespace pgpacs::fuzz {

struct Read {
  std::string json;
  std::optional<dicom::FaultCode> fault;
};

// Smaller than the real ones, so that inputs of a fuzzer reach them.
inline dicom::Limits limits() {
  dicom::Limits limits;
  limits.depth = 8;
  limits.elements = 2000;
  limits.header_bytes = 64 << 10;
  limits.unknown_sequence = 4 << 10;
  limits.frames = 64;
  return limits;
}

inline Read read(dicom::Source source, dicom::TransferSyntax syntax, bool allow_cut) {
  Read result;
  dicom::Defects defects;
  dicom::JsonText text;
  try {
    dicom::Reader reader(source, syntax, limits(), defects, allow_cut);
    dicom::JsonWriter writer(text, dicom::JsonOptions{}, defects);
    writer.write(reader, [](const dicom::Element&) {});
    result.json = text.take();
  } catch (const dicom::Fault& fault) {
    result.fault = fault.code;
  }
  return result;
}

}  // namespace pgpacs::fuzz
