#include "daemon/dimse/c_store.h"

#include <optional>

#include "daemon/log.h"
#include "daemon/store/receipt.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;

constexpr std::uint16_t success = 0x0000;

// Takes the object as it comes. What goes wrong is kept: the rest of the data set must be read in any case.
class Taking {
 public:
  Taking(store::FileStore& store, const dicom::Limits& limits, const MessageStream::Command& command,
         const AcceptedContext& context, const Titles& titles) {
    attempt([&] {
      const auto class_uid = command.set.text(Field::affected_sop_class_uid);
      if (class_uid != context.abstract_syntax)
        throw Failure{FaultCode::uid_mismatch, "(0000,0002) differs from the presentation context"};
      receipt_.emplace(store, limits,
                       store::FileMeta{std::string(class_uid),
                                       std::string(command.set.text(Field::affected_sop_instance_uid)),
                                       std::string(context.transfer_syntax), titles.calling, titles.called});
    });
  }

  void add(dicom::Bytes bytes) {
    if (!failure_) attempt([&] { receipt_->add(bytes); });
    // The file of an object that fails is of no use: its space is given back at once.
    if (failure_) receipt_.reset();
  }

  std::optional<db::IngestAnswer> finish(db::Gateway& gateway, std::int64_t transfer_id) {
    std::optional<db::IngestAnswer> answer;
    if (!failure_) attempt([&] { answer = receipt_->finish(gateway, transfer_id); });
    return answer;
  }

  std::uint64_t size() const { return receipt_ ? receipt_->size() : 0; }
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  template <typename Work>
  void attempt(Work&& work) {
    try {
      work();
    } catch (const Failure& failure) {
      failure_ = failure;
    } catch (const std::exception& error) {
      failure_ = Failure{FaultCode::out_of_resources, error.what()};
    }
  }

  std::optional<store::Receipt> receipt_;
  std::optional<Failure> failure_;
};

}  // namespace

void Tally::count(db::Outcome outcome) {
  switch (outcome) {
    case db::Outcome::stored: ++stored; break;
    case db::Outcome::duplicate: ++duplicate; break;
    case db::Outcome::conflict: ++conflict; break;
    case db::Outcome::refused:
    case db::Outcome::compare:
    case db::Outcome::known: ++refused; break;
  }
}

bool CStore::serve(MessageStream& messages, const MessageStream::Command& command,
                   const AcceptedContext& context, std::int64_t transfer_id, Tally& tally) {
  Taking taking(store_, limits_, command, context, titles_);
  for (bool is_last = false; !is_last;) {
    const auto pdv = messages.next_data(command.context_id);
    if (!pdv) return false;
    taking.add(pdv->bytes);
    is_last = pdv->is_last;
  }
  const auto answer = taking.finish(gateway_, transfer_id);
  tally.bytes += taking.size();
  if (answer && answer->outcome == db::Outcome::refused) {
    ++tally.refused;
    log::warn("transfer {}: object refused: {}", transfer_id, answer->reason);
    return messages.send(command.context_id, make_failure(command.set, answer->reason_code, answer->reason));
  }
  if (answer) {
    tally.count(answer->outcome);
    return messages.send(command.context_id, make_response(command.set, success));
  }
  const Failure& failure = *taking.failure();
  ++tally.failed;
  log::warn("transfer {}: object not stored: {}", transfer_id, failure.what);
  if (failure.code != FaultCode::out_of_resources) {
    try {
      gateway_.record_refusal(transfer_id, failure.code, failure.what);
    } catch (const Failure& again) {
      log::error("transfer {}: a refusal could not be audited: {}", transfer_id, again.what);
    }
  }
  return messages.send(command.context_id, make_failure(command.set, failure.code, failure.what));
}

}  // namespace pgpacs::dimse
