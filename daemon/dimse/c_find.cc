#include "daemon/dimse/c_find.h"

#include <chrono>
#include <span>
#include <string_view>

#include "daemon/db/find.h"
#include "daemon/dimse/identifier.h"
#include "daemon/dimse/patience.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;
using More = MessageStream::More;
using Interruption = MessageStream::Interruption;
using Clock = std::chrono::steady_clock;

// PS3.4 C.4.1.1.4
constexpr std::uint16_t success = 0x0000, cancelled = 0xFE00, pending = 0xFF00;

// The answers of one query on their way to the peer.
class Answers {
 public:
  Answers(MessageStream& messages, const MessageStream::Command& command, IdentifierEncoder encoder,
          FindTally& tally, std::chrono::seconds patience)
      : messages_(messages),
        command_(command),
        encoder_(std::move(encoder)),
        tally_(tally),
        response_(make_response(command.set, pending)),
        patience_(patience) {
    response_.set(Field::command_data_set_type, has_data_set);
  }

  ~Answers() { messages_.set_write_limit(Clock::duration::max()); }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  bool look() {
    if (interruption_ == Interruption::none)
      interruption_ = messages_.look_for_cancel(command_.set.number(Field::message_id).value_or(0));
    return interruption_ == Interruption::none;
  }

  // The last go out with the final response, those before them at once.
  bool send(std::span<const std::string_view> answers, bool are_last) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const bool goes_now = !are_last && i + 1 == answers.size();
      const dicom::Bytes identifier = dicom::as_bytes(encoder_.encode(answers[i]));
      messages_.set_write_limit(patience_.left());
      const auto began = Clock::now();
      const bool is_sent =
          messages_.send(command_.context_id, response_, identifier, goes_now ? More::none : More::follows);
      is_too_slow_ = !patience_.wait(identifier.size(), Clock::now() - began);
      if (!is_sent || is_too_slow_) {
        interruption_ = Interruption::over;
        return false;
      }
      ++tally_.answers;
    }
    return look();
  }

  Interruption interruption() const { return interruption_; }
  bool is_too_slow() const { return is_too_slow_; }

 private:
  MessageStream& messages_;
  const MessageStream::Command& command_;
  IdentifierEncoder encoder_;
  FindTally& tally_;
  CommandSet response_;
  Patience patience_;
  bool is_too_slow_ = false;
  Interruption interruption_ = Interruption::none;
};

db::FindQuery make_query(const Identifier& identifier, const AcceptedContext& context,
                         const std::string& identity) {
  return {.level = identifier.level,
          .identifier = identifier.json,
          .is_patient_root = context.abstract_syntax == patient_root_find,
          .is_relational = context.is_relational,
          .is_datetime_combined = context.is_datetime_combined,
          .identity = identity};
}

}  // namespace

bool CFind::serve(MessageStream& messages, const MessageStream::Command& command,
                  const AcceptedContext& context, FindTally& tally) {
  ++tally.queries;
  const auto data = messages.read_data(command.context_id, settings_.limit_identifier_bytes);
  if (!data) return false;
  try {
    if (!asker_) throw Failure{FaultCode::not_authorised, "no role is named in acts_as of pacs.remote_ae"};
    if (data->is_too_large) throw Failure{FaultCode::too_large, "the identifier is larger than the limit"};
    const Identifier identifier =
        read_identifier(dicom::as_bytes(data->bytes), context.transfer_syntax, settings_.limits);
    Answers answers(messages, command, {identifier.character_set, context.transfer_syntax}, tally,
                    settings_.answer_timeout);
    db::find(*asker_, make_query(identifier, context, identity_),
             {[&] { return answers.look(); },
              [&](auto some, bool are_last) { return answers.send(some, are_last); }});
    if (answers.is_too_slow())
      log::warn("transfer {}: C-FIND given up: its answers are taken too slowly", transfer_id_);
    if (answers.interruption() == Interruption::over) return false;
    const bool is_cancelled = answers.interruption() == Interruption::cancelled;
    return messages.send(command.context_id, make_response(command.set, is_cancelled ? cancelled : success));
  } catch (const Failure& failure) {
    record(failure);
    return messages.send(command.context_id, make_failure(command.set, failure.code, failure.what));
  } catch (const dicom::Fault& fault) {
    const Failure failure{fault.code, message(fault)};
    record(failure);
    return messages.send(command.context_id, make_failure(command.set, failure.code, failure.what));
  }
}

// For the log and, where the asker had no right, for the trail.
void CFind::record(const Failure& failure) {
  log::warn("transfer {}: C-FIND refused: {}", transfer_id_, failure.what);
  if (failure.code != FaultCode::not_authorised) return;
  try {
    gateway_.record_denial(transfer_id_, "C-FIND", failure.what);
  } catch (const Failure& again) {
    log::error("transfer {}: a refusal could not be audited: {}", transfer_id_, again.what);
  }
}

}  // namespace pgpacs::dimse
