#include "daemon/dimse/sub_operation.h"

#include <algorithm>

#include "daemon/dimse/outgoing.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

using Kind = StoreOutcome::Kind;

constexpr std::size_t buffer_size = 512 << 10;

CommandSet make_store_request(const SubOperation& operation, const db::StoredInstance& object) {
  CommandSet request = make_request(command::c_store_rq, operation.message_id);
  request.set(Field::affected_sop_class_uid, object.sop_class_uid);
  request.set(Field::affected_sop_instance_uid, object.sop_instance_uid);
  request.set(Field::priority, operation.priority);
  request.set(Field::command_data_set_type, has_data_set);
  if (operation.originator != nullptr) {
    request.set(Field::move_originator_ae_title, operation.originator->ae_title, ' ');
    request.set(Field::move_originator_message_id, operation.originator->message_id);
  }
  return request;
}

}  // namespace

bool StoreOutcome::is_temporary() const {
  return kind == Kind::lost || (kind == Kind::refused && (status & 0xFF00) == 0xA700);
}

StoreOutcome outcome_of(std::uint16_t status) {
  if (status == 0) return {Kind::stored, status, {}};
  // PS3.7 C.4: attribute list error, attribute value out of range and coercion are warnings.
  const bool is_warning =
      (status & 0xF000) == 0xB000 || status == 0x0001 || status == 0x0107 || status == 0x0116;
  if (is_warning) return {Kind::stored_with_warning, status, {}};
  return {Kind::refused, status, fmt::format("refused with status {:04X}", status)};
}

StoreScu::StoreScu(MessageStream& messages)
    : messages_(messages),
      // Of whole PDUs, so that only the last of an object is not full.
      buffer_(std::max<std::size_t>(1, buffer_size / messages.piece_size()) * messages.piece_size()) {}

std::optional<StoreOutcome> StoreScu::perform(SubOperation& operation, const db::StoredInstance& object,
                                              Outgoing& outgoing) {
  if (!send(operation, object, outgoing)) return std::nullopt;
  const auto answer = wait_for_answer(operation);
  if (!answer) return std::nullopt;
  return outcome_of(*answer->number(Field::status));
}

// The first bytes are read before anything is sent: most files that cannot be read show it there.
bool StoreScu::send(const SubOperation& operation, const db::StoredInstance& object, Outgoing& outgoing) {
  const std::uint8_t context_id = outgoing.context().id;
  dicom::Bytes bytes = outgoing.read(buffer_);
  is_broken_ = true;
  if (!messages_.send(context_id, make_store_request(operation, object), MessageStream::More::follows))
    return false;
  while (outgoing.left() > 0) {
    if (!send_pieces(context_id, bytes, false)) return false;
    bytes = outgoing.read(buffer_);
  }
  if (!send_pieces(context_id, bytes, true)) return false;
  is_broken_ = false;
  return true;
}

bool StoreScu::send_pieces(std::uint8_t context_id, dicom::Bytes bytes, bool is_end) {
  do {
    const dicom::Bytes piece = bytes.first(std::min(messages_.piece_size(), bytes.size()));
    bytes = bytes.subspan(piece.size());
    const bool is_last = is_end && bytes.empty();
    const auto more = is_last ? MessageStream::More::none : MessageStream::More::follows;
    if (!messages_.send_piece(context_id, piece, is_last, more)) return false;
  } while (!bytes.empty());
  return true;
}

// Another command than the one that is waited for breaks the protocol: operations are synchronous here.
std::optional<CommandSet> StoreScu::wait_for_answer(SubOperation& operation) {
  for (;;) {
    auto command = messages_.next_command(operation.timeout);
    if (!command) return std::nullopt;
    const auto field = command->set.number(Field::command_field);
    const auto to = command->set.number(Field::message_id_being_responded_to);
    if (field == command::c_cancel_rq && operation.cancels) {
      if (to == operation.cancels) operation.is_cancelled = true;
      continue;
    }
    const bool is_answer = field == (command::c_store_rq | command::response) && to == operation.message_id &&
                           !command->set.has_data_set() && command->set.number(Field::status);
    if (!is_answer) return std::nullopt;
    return std::move(command->set);
  }
}

}  // namespace pgpacs::dimse
