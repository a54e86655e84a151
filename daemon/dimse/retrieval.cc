#include "daemon/dimse/retrieval.h"

#include "daemon/dimse/identifier.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;
using Interruption = MessageStream::Interruption;

constexpr std::chrono::milliseconds between_responses{100};

bool is_patient_root(std::string_view sop_class) {
  return sop_class.starts_with("1.2.840.10008.5.1.4.1.2.1.");  // PS3.4 C.6.1
}

const char* name_of(const CommandSet& request) {
  return request.number(Field::command_field) == command::c_get_rq ? "C-GET" : "C-MOVE";
}

}  // namespace

bool Retrieval::receive() {
  auto data = messages_.read_data(command_.context_id, means_.settings.limit_identifier_bytes);
  if (!data) return false;
  identifier_ = std::move(*data);
  return true;
}

void Retrieval::plan(const std::string& destination) {
  if (!means_.asker)
    throw Failure{FaultCode::not_authorised, "no role is named in acts_as of pacs.remote_ae"};
  if (identifier_.is_too_large)
    throw Failure{FaultCode::bad_identifier, "the identifier is larger than the limit"};
  dicom::Limits limits = means_.settings.limits;
  limits.header_bytes = means_.settings.limit_identifier_bytes;
  const Identifier identifier =
      read_identifier(dicom::as_bytes(identifier_.bytes), context_.transfer_syntax, limits);
  destination_ = destination;
  objects_ = db::plan_retrieval(*means_.asker,
                                {identifier.json, is_patient_root(context_.abstract_syntax), destination,
                                 means_.transfer_id, means_.peer, means_.settings.retrieve_objects});
  identifier_ = {};
  counts_.emplace(command_.set, objects_.size());
  tell();
}

void Retrieval::report(std::size_t object, const StoreOutcome& outcome) {
  // Of many objects that fail alike the first is told.
  if (!outcome.is_stored() && outcome.reason != last_reason_)
    log::warn("transfer {}: an object could not be sent: {}", means_.transfer_id, outcome.reason);
  if (!outcome.is_stored()) last_reason_ = outcome.reason;
  counts_->count(outcome, objects_[object].sop_instance_uid);
  if (std::chrono::steady_clock::now() - told_at_ >= between_responses && counts_->remaining() > 0) tell();
}

void Retrieval::tell() {
  told_at_ = std::chrono::steady_clock::now();
  if (!messages_.send(command_.context_id, counts_->pending())) is_over_ = true;
}

void Retrieval::look_for_cancel() {
  if (is_interrupted()) return;
  const auto found = messages_.look_for_cancel(command_.set.number(Field::message_id).value_or(0));
  is_cancelled_ = found == Interruption::cancelled;
  is_over_ = found == Interruption::over;
}

bool Retrieval::finish() {
  record();
  if (is_over_) return false;
  const auto syntax = dicom::find_transfer_syntax(context_.transfer_syntax);
  const CommandSet last = counts_->final(is_cancelled_);
  const std::string failed = counts_->failed_list(syntax.value_or(dicom::TransferSyntax{}));
  if (failed.empty()) return messages_.send(command_.context_id, last);
  return messages_.send(command_.context_id, last, dicom::as_bytes(failed));
}

void Retrieval::record() {
  log::info("transfer {}: {}{}{}: {} sent, {} with a warning, {} failed, {} not sent any more",
            means_.transfer_id, name_of(command_.set), destination_.empty() ? "" : " to ", destination_,
            counts_->completed(), counts_->warning(), counts_->failed(), counts_->remaining());
  try {
    means_.gateway.record_retrieval({means_.transfer_id, destination_, counts_->completed(),
                                     counts_->warning(), counts_->failed(), counts_->remaining(),
                                     counts_->reason()});
  } catch (const Failure& failure) {
    log::error("transfer {}: how it ended could not be audited: {}", means_.transfer_id, failure.what);
  }
}

bool Retrieval::fail(const Failure& failure) {
  log::warn("transfer {}: {} refused: {}", means_.transfer_id, name_of(command_.set), failure.what);
  try {
    if (failure.code == FaultCode::not_authorised)
      means_.gateway.record_denial(means_.transfer_id, name_of(command_.set), failure.what);
  } catch (const Failure& again) {
    log::error("transfer {}: a refusal could not be audited: {}", means_.transfer_id, again.what);
  }
  return messages_.send(command_.context_id, make_failure(command_.set, failure.code, failure.what));
}

}  // namespace pgpacs::dimse
