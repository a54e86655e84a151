// What C-MOVE and C-GET have in common: the identifier to the database, responses to the peer, an end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/db/call.h"
#include "daemon/db/gateway.h"
#include "daemon/db/retrieve.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/dimse/outgoing.h"
#include "daemon/dimse/sub_operations.h"
#include "daemon/settings.h"

namespace pgpacs::dimse {

// Of the association that asks, and what is needed to answer it.
struct RetrievalMeans {
  const Settings& settings;
  const StopSignal& stop;
  db::Gateway& gateway;
  OutgoingSource source;
  const std::optional<db::Asker>& asker;  // whose rights it has; nobody's: it is refused
  std::int64_t transfer_id;
  std::string calling, called, peer;
};

// One request, from its identifier to its last response.
class Retrieval {
 public:
  Retrieval(const RetrievalMeans& means, MessageStream& messages, const MessageStream::Command& command,
            const AcceptedContext& context)
      : means_(means), messages_(messages), command_(command), context_(context) {}

  // The identifier. False where the association is over.
  bool receive();
  // Asks the database what is to be sent; `destination` is of a C-MOVE. Throws Failure and Fault.
  void plan(const std::string& destination);
  const std::vector<db::StoredInstance>& objects() const { return objects_; }

  // Counts an object that was sent, or failed; now and then the peer is told.
  void report(std::size_t object, const StoreOutcome& outcome);

  // What ends it early: the peer cancels, or its association is over.
  bool is_interrupted() const { return is_cancelled_ || is_over_; }
  void look_for_cancel();
  void cancel() { is_cancelled_ = true; }
  void end() { is_over_ = true; }

  // The last response, and the trail. False where the association is over.
  bool finish();
  bool fail(const Failure& failure);

 private:
  void tell();
  void record();

  const RetrievalMeans& means_;
  MessageStream& messages_;
  const MessageStream::Command& command_;
  const AcceptedContext& context_;
  MessageStream::Data identifier_;
  std::string destination_;
  std::vector<db::StoredInstance> objects_;
  std::optional<SubOperations> counts_;
  std::string last_reason_;  // that was logged
  std::chrono::steady_clock::time_point told_at_{};
  bool is_cancelled_ = false;
  bool is_over_ = false;
};

}  // namespace pgpacs::dimse
