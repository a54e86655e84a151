// C-STORE as SCU (PS3.4 annex B): a list of stored objects to another AE. For C-MOVE and for forwarding.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/db/retrieve.h"
#include "daemon/dimse/outgoing.h"
#include "daemon/dimse/requestor.h"
#include "daemon/dimse/sub_operation.h"
#include "daemon/dimse/transport.h"
#include "daemon/settings.h"

namespace pgpacs::dimse {

class Sender {
 public:
  // What all sending needs. Must live as long.
  struct Means {
    const Settings& settings;
    const StopSignal& stop;
    OutgoingSource source;
  };
  struct Order {
    std::string calling;  // our AE title
    Peer peer;
    std::vector<std::string> transfer_syntaxes;  // that are sent first, best first
    std::optional<Originator> originator;        // where a C-MOVE asked for it
    std::uint16_t priority = 0;                  // medium (PS3.7 9.1.1.1.6)
  };

  Sender(const Means& means, Order order) : means_(means), order_(std::move(order)) {}

  // Each object is reported once, in the order in which they are sent: that of the list, but for objects of
  // more SOP classes than one association can have.
  using Report = std::function<void(std::size_t object, const StoreOutcome& outcome)>;
  // Asked between objects and while the receiver is waited for: true ends it, and what has not been sent is
  // not reported.
  using IsInterrupted = std::function<bool()>;

  // An object that fails costs itself: where the association is lost with it, another one is asked for. A
  // receiver that cannot be reached, or has lost three in a row, costs the rest, which is reported as lost.
  // False where it was interrupted.
  bool send(std::span<const db::StoredInstance> objects, const Report& report,
            const IsInterrupted& is_interrupted = nullptr);

  // After send(): whether the receiver has accepted an association at all.
  bool has_reached() const { return has_reached_; }

 private:
  class Run;

  Means means_;
  Order order_;
  bool has_reached_ = false;
};

}  // namespace pgpacs::dimse
