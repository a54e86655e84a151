// Bytes of a new value (edits.h) in the encoding of the data set that takes it (PS3.5 6.2).
#pragma once

#include <string>

#include "extension/dicom/charset.h"
#include "extension/dicom/edits.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dicom {

// Lengths beyond this do not fit the short form of explicit VR: such a value is UN (PS3.5 6.2.2).
inline constexpr std::uint64_t longest_short_value = 65534;

// The VR of a new value: its own, else `came` (none, where nothing was there), else the dictionary's. Throws
// bad_argument where none of them is known.
VR choose_vr(const Value& value, VR came, Tag tag);

// The texts of a value as PS3.5 6.4 writes them, parted by backslashes.
std::string joined(const Value& value);

// Tag, VR and length.
void append_header(Tag tag, VR vr, std::uint32_t length, TransferSyntax syntax, std::string& out);

// A whole element, even in length, items of sequences included. Throws bad_argument where the value is none
// of this VR and foreign_character where the character set cannot hold it.
void append_element(Tag tag, VR vr, const Value& value, const CharacterSet& charset, TransferSyntax syntax,
                    std::string& out);

}  // namespace pgpacs::dicom
