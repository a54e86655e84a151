// C-FIND as SCP (PS3.4 C.4.1): the identifier to the database, its answers to the peer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/db/call.h"
#include "daemon/db/gateway.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/settings.h"

namespace pgpacs::dimse {

// What an association asked, for its line in the log.
struct FindTally {
  std::uint64_t queries = 0, answers = 0;
};

class CFind {
 public:
  // `asker`: whose rights the query has; nobody's: it is refused. `identity`: what answers show, received or
  // card.
  CFind(db::Gateway& gateway, const std::optional<db::Asker>& asker, const std::string& identity,
        const Settings& settings, std::int64_t transfer_id)
      : gateway_(gateway),
        asker_(asker),
        identity_(identity),
        settings_(settings),
        transfer_id_(transfer_id) {}

  // Takes the identifier that follows `command` and answers. False where the association is over.
  bool serve(MessageStream& messages, const MessageStream::Command& command, const AcceptedContext& context,
             FindTally& tally);

 private:
  void record(const Failure& failure);

  db::Gateway& gateway_;
  const std::optional<db::Asker>& asker_;
  const std::string& identity_;
  const Settings& settings_;
  std::int64_t transfer_id_;
};

}  // namespace pgpacs::dimse
