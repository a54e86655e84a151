// Where the data set lies in a file (PS3.10 chapter 7), and in which transfer syntax.
#pragma once

#include <string_view>

#include "extension/dicom/bytes.h"
#include "extension/dicom/defect.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dicom {

struct FileLayout {
  std::size_t data_set_at = 0;  // preamble, prefix and file meta information lie before it
  TransferSyntax syntax;
  std::string_view transfer_syntax_uid;  // of the file meta, of the argument, or of the guess
  std::string_view media_storage_sop_class_uid;
};

// Finds the data set in `bytes`: a Part 10 file, with or without preamble, or a bare data set. The named
// transfer syntax, where given, is for a bare data set only. Without it a bare data set is guessed at
// (implicit, explicit, explicit big endian), and a defect notes that. Throws Fault not_dicom or
// unknown_transfer_syntax.
FileLayout find_data_set(Bytes bytes, std::string_view transfer_syntax_uid, Defects& defects);

// The syntax in which a data set really is that is said to be in `named`: some writers lie about explicit and
// implicit VR or about the byte order. Looks at the first element behind misplaced file meta information
// only; notes a defect where it differs. Throws Fault where that information cannot be followed.
TransferSyntax check_syntax(Bytes data_set, TransferSyntax named, Defects& defects);

}  // namespace pgpacs::dicom
