// One row that a function returns, and rows that it puts into a tuplestore.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/pg/server.h"

namespace pgpacs::pg {

// Values of a row with their nulls.
template <int count>
class Row {
 public:
  void put(Datum value) {
    values_[next_] = value;
    nulls_[next_++] = false;
  }
  void put(const std::optional<std::int32_t>& value) {
    if (value)
      put(Int32GetDatum(*value));
    else
      put_null();
  }
  void put_text(std::string_view value) {
    put(PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size()))));
  }
  void put_null() { nulls_[next_++] = true; }
  Datum finish(FunctionCallInfo fcinfo) {
    TupleDesc description;
    if (get_call_result_type(fcinfo, nullptr, &description) != TYPEFUNC_COMPOSITE)
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("the function returns a row")));
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(description), values_, nulls_));
  }
  // After InitMaterializedSRF.
  void finish_into(const ReturnSetInfo* result) {
    tuplestore_putvalues(result->setResult, result->setDesc, values_, nulls_);
  }

 private:
  Datum values_[count] = {};
  bool nulls_[count] = {};
  int next_ = 0;
};

}  // namespace pgpacs::pg
