// Data sets of the DICOM JSON model (PS3.18 F.2) as text to bytes, at once and without a tree: for answers to
// queries, of which there are many.
#pragma once

#include <string>
#include <string_view>

#include "extension/dicom/charset.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dicom {

// Appends the attributes in the order in which they stand, (0008,0005) aside, which says how the text was
// encoded. An attribute with a value that is not of the model, or that its VR cannot hold, as stored headers
// have them, comes without a value. False, and nothing appended, where the character set lacks a character.
// Throws bad_argument for what is no JSON.
bool encode_json(std::string_view json, const CharacterSet& charset, TransferSyntax syntax, std::string& out);

}  // namespace pgpacs::dicom
