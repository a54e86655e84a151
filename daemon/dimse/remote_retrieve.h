// C-MOVE to ourselves and C-GET as SCU (PS3.4 C.4.2.2 and C.4.3.2), study root.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/dimse/requestor.h"

namespace pgpacs::dimse {

// What the last response says of its sub-operations.
struct Retrieved {
  std::uint64_t completed = 0, failed = 0;
};

// `identifier` is DICOM JSON. Objects come over associations that the other side asks us for. Throws Failure
// peer_unreachable where nothing could be moved.
Retrieved move_to(Requestor& requestor, const std::string& destination, std::string_view identifier);

// Takes one C-STORE-RQ of the other side, with its data set, and answers. False: the association is over.
using StoreTaker =
    std::function<bool(const MessageStream::Command& command, const Requestor::Context& context)>;
Retrieved get(Requestor& requestor, std::string_view identifier, const StoreTaker& take);

// C-GET, and as many storage classes as fit beside it, of which we are the provider.
std::vector<Proposal> get_proposals();

}  // namespace pgpacs::dimse
