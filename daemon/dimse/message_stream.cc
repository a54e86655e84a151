#include "daemon/dimse/message_stream.h"

#include <dcmtk/dcmnet/cond.h>
#include <dcmtk/dcmnet/dul.h>

namespace pgpacs::dimse {
namespace {

End end_of(const OFCondition& condition, const Watch& watch) {
  if (watch.is_stopped()) return End::stopped;
  if (condition == DUL_PEERREQUESTEDRELEASE) return End::released;
  if (condition == DUL_PEERABORTEDASSOCIATION) return End::aborted;
  if (condition == DUL_NETWORKCLOSED || condition == DUL_NULLKEY) return End::lost;
  return End::protocol_error;
}

}  // namespace

std::optional<Pdv> MessageStream::next() {
  DUL_PDV pdv;
  OFCondition condition = DUL_NextPDV(&association_->DULassociation, &pdv);
  if (condition.bad()) {
    condition = DUL_ReadPDVs(&association_->DULassociation, nullptr, DUL_BLOCK, 0);
    if (condition != DUL_PDATAPDUARRIVED) return stop_at(end_of(condition, watch_));
    condition = DUL_NextPDV(&association_->DULassociation, &pdv);
    if (condition.bad()) return stop_at(End::protocol_error);
  }
  const auto* data = static_cast<const std::byte*>(pdv.data);
  return Pdv{pdv.presentationContextID,
             pdv.pdvType == DUL_COMMANDPDV,
             pdv.lastPDV != OFFalse,
             {data, pdv.fragmentLength}};
}

std::optional<MessageStream::Command> MessageStream::next_command() {
  std::string bytes;
  std::optional<std::uint8_t> context_id;
  watch_.set_deadline(idle_timeout_);
  watch_.set_idle(true);
  for (;;) {
    const auto pdv = next();
    watch_.set_idle(false);
    watch_.set_deadline(pdu_timeout_);
    if (!pdv) return std::nullopt;
    const bool is_same = !context_id || *context_id == pdv->context_id;
    if (!pdv->is_command || !is_same || bytes.size() + pdv->bytes.size() > largest_command_set) {
      end_ = End::protocol_error;
      return std::nullopt;
    }
    context_id = pdv->context_id;
    bytes += dicom::as_text(pdv->bytes);
    if (!pdv->is_last) continue;
    auto set = CommandSet::parse(dicom::as_bytes(bytes));
    if (!set) {
      end_ = End::protocol_error;
      return std::nullopt;
    }
    return Command{*context_id, std::move(*set)};
  }
}

std::optional<Pdv> MessageStream::next_data(std::uint8_t context_id) {
  watch_.set_deadline(pdu_timeout_);
  const auto pdv = next();
  if (pdv && (pdv->is_command || pdv->context_id != context_id)) return stop_at(End::protocol_error);
  return pdv;
}

bool MessageStream::send(std::uint8_t context_id, const CommandSet& set) {
  std::string bytes = set.bytes();
  watch_.set_deadline(pdu_timeout_);
  DUL_PDV pdv{};
  pdv.fragmentLength = static_cast<unsigned long>(bytes.size());
  pdv.presentationContextID = context_id;
  pdv.pdvType = DUL_COMMANDPDV;
  pdv.lastPDV = OFTrue;
  pdv.data = bytes.data();
  DUL_PDVLIST list{};
  list.count = 1;
  list.pdv = &pdv;
  return DUL_WritePDVs(&association_->DULassociation, &list).good();
}

}  // namespace pgpacs::dimse
