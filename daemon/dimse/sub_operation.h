// One C-STORE as SCU over an association that is there: ours, or that of a C-GET (PS3.7 9.1.1).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/db/retrieve.h"
#include "daemon/dimse/message_stream.h"

namespace pgpacs::dimse {

class Outgoing;

struct StoreOutcome {
  enum class Kind : std::uint8_t {
    stored,
    stored_with_warning,
    refused,       // by the receiver, with the status that is here
    not_accepted,  // no context for its SOP class, or none that it can be transcoded for
    not_sendable,  // its file is missing, or cannot be transcoded
    lost,          // the receiver is away, or was lost before it answered (it may have the object), or we
                   // lack the means now
  };
  Kind kind = Kind::lost;
  std::uint16_t status = 0;
  std::string reason;  // for the log; names no patient

  bool is_stored() const { return kind == Kind::stored || kind == Kind::stored_with_warning; }
  // Whether it is of use to try the same again later.
  bool is_temporary() const;
};

// Of a C-STORE status (PS3.4 B.2.3): success, warning or failure. The receiver's comment is left out: it may
// name the patient.
StoreOutcome outcome_of(std::uint16_t status);

// Who asked for it by C-MOVE (PS3.7 9.1.1.1.9).
struct Originator {
  std::string ae_title;
  std::uint16_t message_id = 0;
};

struct SubOperation {
  std::uint16_t message_id = 0;
  std::uint16_t priority = 0;
  const Originator* originator = nullptr;
  std::chrono::seconds timeout{};  // for the answer
  // A C-CANCEL-RQ that comes instead of the answer: only in a C-GET, of this message.
  std::optional<std::uint16_t> cancels{};
  bool is_cancelled = false;
};

class StoreScu {
 public:
  explicit StoreScu(MessageStream& messages);

  // Sends the object and waits for the answer. Nothing where the association is over. Throws Failure where
  // the file cannot be read to its end: is_broken() says whether a part has gone already, and the association
  // is of no use any more.
  std::optional<StoreOutcome> perform(SubOperation& operation, const db::StoredInstance& object,
                                      Outgoing& outgoing);
  bool is_broken() const { return is_broken_; }

 private:
  bool send(const SubOperation& operation, const db::StoredInstance& object, Outgoing& outgoing);
  bool send_pieces(std::uint8_t context_id, dicom::Bytes bytes, bool is_end);
  std::optional<CommandSet> wait_for_answer(SubOperation& operation);

  MessageStream& messages_;
  std::vector<std::byte> buffer_;
  bool is_broken_ = false;
};

}  // namespace pgpacs::dimse
