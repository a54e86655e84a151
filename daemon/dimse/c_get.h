// C-GET as SCP (PS3.4 C.4.3): over the association that asks, on contexts where the peer is the SCP.
#pragma once

#include "daemon/dimse/retrieval.h"

namespace pgpacs::dimse {

// Takes the identifier that follows `command`, sends on `accepted` and answers. False where the association
// is over.
bool serve_c_get(const RetrievalMeans& means, MessageStream& messages, const MessageStream::Command& command,
                 const AcceptedContext& context, std::span<const Requestor::Context> accepted);

}  // namespace pgpacs::dimse
