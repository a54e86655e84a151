// C-MOVE as SCP (PS3.4 C.4.2): to another AE, over an association that we ask it for.
#pragma once

#include "daemon/dimse/retrieval.h"

namespace pgpacs::dimse {

// Takes the identifier that follows `command`, sends and answers. False where the association is over.
bool serve_c_move(const RetrievalMeans& means, MessageStream& messages, const MessageStream::Command& command,
                  const AcceptedContext& context);

}  // namespace pgpacs::dimse
