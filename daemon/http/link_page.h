// /v/{token}: what a link opens. Until there is a viewer, a plain page of the study's objects.
#pragma once

#include "daemon/db/gateway.h"
#include "daemon/http/message.h"

namespace pgpacs::http {

Response show_link(const Request& request, db::Gateway& gateway);

}  // namespace pgpacs::http
