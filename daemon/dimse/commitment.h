// Storage commitment, push model (PS3.4 annex J), in both roles: what goes over an association.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "daemon/db/remote.h"
#include "daemon/db/task.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/dimse/requestor.h"
#include "daemon/store/file_store.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dimse {

inline constexpr char commitment_class[] = "1.2.840.10008.1.20.1";

// Looks at the files of a request, if that has not been done, and tells the database which are there and are
// what they were. Throws Failure where that cannot be told now.
void check_files(db::Commitments& commitments, const store::FileStore& store, std::int64_t commitment_id);

// N-ACTION and N-EVENT-REPORT as users of an association that we asked for. Throws Failure peer_unreachable
// where the other side does not take them.
// take_answer: the result as DICOM JSON, where the other side tells it on this association; else it calls us
// later.
using AnswerTaker = std::function<void(std::string_view information)>;
void request_commitment(Requestor& requestor, std::string_view information, const dicom::Limits& limits,
                        const AnswerTaker& take_answer);
void report_commitment(Requestor& requestor, const db::Commitments::Report& report);

// One association that was asked of us.
class Commitment {
 public:
  struct Means {
    db::Commitments& commitments;
    db::Tasks& tasks;
    const store::FileStore& store;
    const dicom::Limits& limits;
  };
  Commitment(const Means& means, std::int64_t transfer_id) : means_(means), transfer_id_(transfer_id) {}
  // Reports that were not answered are tried again, as their tasks say.
  ~Commitment();
  Commitment(const Commitment&) = delete;
  Commitment& operator=(const Commitment&) = delete;

  // False where the association is over.
  bool serve_action(MessageStream& messages, const MessageStream::Command& command,
                    const AcceptedContext& context);
  bool serve_event(MessageStream& messages, const MessageStream::Command& command,
                   const AcceptedContext& context);
  // The answer to a report of ours.
  bool take_answer(MessageStream& messages, const MessageStream::Command& command);

 private:
  bool report(MessageStream& messages, std::uint8_t context_id, const AcceptedContext& context,
              const db::Commitments::Own& own);
  void give_back(const db::Task& task, const std::string& why) noexcept;

  Means means_;
  std::int64_t transfer_id_;
  std::uint16_t message_id_ = 0;
  std::map<std::uint16_t, db::Commitments::Own> unanswered_;  // by message id
};

}  // namespace pgpacs::dimse
