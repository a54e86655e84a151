// Retrieval of stored objects (PS3.18 chapter 10.4 WADO-RS, chapter 9 WADO-URI), byte for byte as they came.
#pragma once

#include "daemon/db/gateway.h"
#include "daemon/http/message.h"

namespace pgpacs::http {

// /dicom-web/studies/{study}[/series/{series}[/instances/{instance}]]
Response retrieve_wado_rs(const Request& request, db::Gateway& gateway, const store::FileStore& store);

// /wado?requestType=WADO&studyUID=…&seriesUID=…&objectUID=…
Response retrieve_wado_uri(const Request& request, db::Gateway& gateway, const store::FileStore& store);

}  // namespace pgpacs::http
