#include "daemon/dimse/message_stream.h"

#include <dcmtk/dcmnet/cond.h>
#include <dcmtk/dcmnet/dul.h>

#include <algorithm>
#include <utility>

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
  if (watch_.is_over()) return stop_at(End::stopped);
  DUL_PDV pdv;
  OFCondition condition = EC_Normal;
  if (unread_)
    pdv = *std::exchange(unread_, std::nullopt);
  else
    condition = DUL_NextPDV(&association_->DULassociation, &pdv);
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

std::optional<MessageStream::Command> MessageStream::next_command(std::chrono::seconds within) {
  std::string bytes;
  std::optional<std::uint8_t> context_id;
  watch_.set_deadline(within);
  watch_.set_idle(true);
  for (;;) {
    const auto pdv = next();
    watch_.set_idle(false);
    if (!pdv) return std::nullopt;
    // Once: pieces of a command set, which may be empty, gain no time.
    if (!context_id) watch_.set_deadline(pdu_timeout_);
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

std::optional<MessageStream::Data> MessageStream::read_data(std::uint8_t context_id, std::size_t limit) {
  Data data;
  for (;;) {
    const auto pdv = next_data(context_id);
    if (!pdv) return std::nullopt;
    if (data.bytes.size() + pdv->bytes.size() > limit) data.is_too_large = true;
    if (!data.is_too_large) data.bytes += dicom::as_text(pdv->bytes);
    if (pdv->is_last) return data;
  }
}

bool MessageStream::send(std::uint8_t context_id, const CommandSet& set, More more) {
  const std::string bytes = set.bytes();
  return write(context_id, true, dicom::as_bytes(bytes), true, more);
}

bool MessageStream::send(std::uint8_t context_id, const CommandSet& set, dicom::Bytes data, More more) {
  if (!send(context_id, set, More::follows)) return false;
  while (data.size() > piece_size()) {
    if (!write(context_id, false, data.first(piece_size()), false, More::follows)) return false;
    data = data.subspan(piece_size());
  }
  return write(context_id, false, data, true, more);
}

bool MessageStream::send_piece(std::uint8_t context_id, dicom::Bytes piece, bool is_last, More more) {
  return write(context_id, false, piece, is_last, more);
}

// Of a PDU that the peer takes, less the headers of PDU and PDV (DCMTK has done the sum); even.
std::size_t MessageStream::piece_size() const {
  return association_->sendPDVLength & ~std::size_t{1};
}

bool MessageStream::write(std::uint8_t context_id, bool is_command, dicom::Bytes bytes, bool is_last,
                          More more) {
  watch_.set_deadline(std::min<std::chrono::steady_clock::duration>(pdu_timeout_, write_limit_));
  watch_.set_more_follows(more == More::follows);
  DUL_PDV pdv{};
  pdv.fragmentLength = static_cast<unsigned long>(bytes.size());
  pdv.presentationContextID = context_id;
  pdv.pdvType = is_command ? DUL_COMMANDPDV : DUL_DATASETPDV;
  pdv.lastPDV = is_last ? OFTrue : OFFalse;
  pdv.data = const_cast<std::byte*>(bytes.data());  // DCMTK only reads
  DUL_PDVLIST list{};
  list.count = 1;
  list.pdv = &pdv;
  return DUL_WritePDVs(&association_->DULassociation, &list).good();
}

bool MessageStream::awaits_command(std::chrono::seconds within) {
  if (!unread_) {
    DUL_PDV waiting;
    if (DUL_NextPDV(&association_->DULassociation, &waiting).good()) unread_ = waiting;
  }
  return unread_ || ASC_dataWaiting(association_, static_cast<int>(within.count()));
}

MessageStream::Interruption MessageStream::look_for_cancel(std::uint16_t message_id) {
  if (!awaits_command(std::chrono::seconds{0})) return Interruption::none;
  // It has begun: a peer that does not end it holds what the operation holds.
  const auto command = next_command(pdu_timeout_);
  const bool is_cancel = command && command->set.number(Field::command_field) == command::c_cancel_rq;
  if (is_cancel && command->set.number(Field::message_id_being_responded_to) == message_id)
    return Interruption::cancelled;
  if (is_cancel) return Interruption::none;  // of something that is over
  if (command) end_ = End::protocol_error;
  return Interruption::over;
}

}  // namespace pgpacs::dimse
