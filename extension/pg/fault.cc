// dicom.faults(): extension/faults.def as rows.
#include <iterator>

#include "extension/dicom/fault.h"

#include "extension/pg/server.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_faults);
}

// dicom.faults() returns table (name, sqlstate, dimse_status, http_status, meaning)
Datum pgpacs_faults(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (const pgpacs::dicom::FaultInfo& fault : pgpacs::dicom::fault_table) {
    Datum values[] = {CStringGetTextDatum(fault.name), CStringGetTextDatum(fault.sqlstate),
                      Int32GetDatum(fault.dimse_status), Int32GetDatum(fault.http_status),
                      CStringGetTextDatum(fault.meaning)};
    bool nulls[std::size(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  return Datum{0};
}
