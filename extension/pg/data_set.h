// What functions that read the bytes of a data set have in common: arguments (data bytea, transfer_syntax_uid
// text, gaps bigint[]), the defects that they note, and numbers of arrays.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "extension/dicom/bytes.h"
#include "extension/dicom/defect.h"
#include "extension/dicom/reader.h"

#include "extension/pg/server.h"

namespace pgpacs::pg {

// What the arguments say, as plain spans into detoasted datums.
struct Input {
  dicom::Bytes bytes;
  std::string_view transfer_syntax_uid;
  const dicom::Gap* gaps = nullptr;
  std::size_t gap_count = 0;
  std::string_view bulk_data_uri = "{path}";
  bool detect_character_set = false;
};

// The first three arguments, none of them null. PC007 where gaps are no pairs.
Input get_input(FunctionCallInfo fcinfo);

// The numbers of a bigint[]; PC007 with `what` where one is null.
std::span<const std::int64_t> numbers_of(ArrayType* array, const char* what);

// [{"code": …, "tag": …, "value": …}], or nothing. C++: for protect().
std::string defects_json(const dicom::Defects& defects);

}  // namespace pgpacs::pg
