// Identifiers of queries and retrievals (PS3.4 C.4.1.1.3) between bytes and the DICOM JSON model, which the
// database speaks.
#pragma once

#include <string>
#include <string_view>

#include "extension/dicom/bytes.h"
#include "extension/dicom/charset.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dimse {

struct Identifier {
  std::string json;           // in UTF-8, the two below included
  std::string level;          // Query/Retrieve Level; empty where absent
  std::string character_set;  // Specific Character Set as it came; empty where absent
};

// Throws dicom::Fault where the bytes cannot be read within the limits.
Identifier read_identifier(dicom::Bytes bytes, std::string_view transfer_syntax_uid,
                           const dicom::Limits& limits);

// Identifiers of answers, in the character set of the asker where it can hold their texts, else in UTF-8
// (ISO_IR 192).
class IdentifierEncoder {
 public:
  // `character_set` is the value of (0008,0005) in what was asked; one that is not of the standard is taken
  // for none.
  IdentifierEncoder(std::string_view character_set, std::string_view transfer_syntax_uid);

  // encode_json (extension/dicom/json_encoder.h), with the character set that it came to in front. Valid
  // until the next one.
  std::string_view encode(std::string_view json);

 private:
  std::string character_set_;
  dicom::CharacterSet charset_;
  dicom::TransferSyntax syntax_;
  std::string out_;
};

}  // namespace pgpacs::dimse
