#include "daemon/dimse/remote_retrieve.h"

#include <spdlog/fmt/fmt.h>

#include "daemon/dimse/identifier.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/dimse/remote_find.h"
#include "daemon/fault.h"
#include "extension/dicom/dictionary.h"

namespace pgpacs::dimse {
namespace {

constexpr std::size_t most_contexts = 128;

[[noreturn]] void fail(const std::string& what) {
  throw Failure{dicom::FaultCode::peer_unreachable, "the other side " + what};
}

// Pending, or a warning that some sub-operations failed (PS3.4 tables C.4-2 and C.4-3).
bool is_pending(std::uint16_t status) {
  return status == 0xFF00;
}
bool is_done(std::uint16_t status) {
  return status == 0x0000 || (status & 0xF000) == 0xB000;
}

void send(Requestor& requestor, const Requestor::Context& context, CommandSet request,
          std::string_view identifier) {
  request.set(Field::affected_sop_class_uid, context.abstract_syntax);
  request.set(Field::priority, 0);  // medium
  request.set(Field::command_data_set_type, has_data_set);
  IdentifierEncoder encoder("", context.transfer_syntax);
  if (!requestor.messages().send(context.id, request, dicom::as_bytes(encoder.encode(identifier))))
    fail("is gone");
}

// Nothing while more are to come.
std::optional<Retrieved> read_response(MessageStream& messages, const MessageStream::Command& response) {
  const auto status = response.set.number(Field::status);
  if (!status) fail("sent a response without a status");
  // The list of what failed is nothing that we need: it is compared again.
  if (response.set.has_data_set() && !messages.read_data(response.context_id, 0))
    fail("ended the association in the middle of a response");
  if (is_pending(*status)) return std::nullopt;
  if (!is_done(*status)) fail(fmt::format("answered the retrieval with status {:04X}", *status));
  return Retrieved{response.set.number(Field::number_of_completed_suboperations).value_or(0),
                   response.set.number(Field::number_of_failed_suboperations).value_or(0)};
}

const Requestor::Context* find(const Requestor& requestor, std::uint8_t id) {
  for (const Requestor::Context& context : requestor.contexts())
    if (context.id == id) return &context;
  return nullptr;
}

}  // namespace

Retrieved move_to(Requestor& requestor, const std::string& destination, std::string_view identifier) {
  const auto context = requestor.find(root::study_move);
  if (!context) fail("does not move studies");
  CommandSet request = make_request(command::c_move_rq, requestor.next_message_id());
  request.set(Field::move_destination, destination, ' ');
  send(requestor, *context, std::move(request), identifier);
  for (;;) {
    const auto response = requestor.messages().next_command();
    if (!response) fail("ended the association in the middle of a move, or fell silent");
    if (response->set.number(Field::command_field) != (command::c_move_rq | command::response))
      fail("breaks the protocol of C-MOVE");
    if (const auto retrieved = read_response(requestor.messages(), *response)) return *retrieved;
  }
}

Retrieved get(Requestor& requestor, std::string_view identifier, const StoreTaker& take) {
  const auto context = requestor.find(root::study_get);
  if (!context) fail("gives no studies by C-GET");
  send(requestor, *context, make_request(command::c_get_rq, requestor.next_message_id()), identifier);
  for (;;) {
    const auto command = requestor.messages().next_command();
    if (!command) fail("ended the association in the middle of a C-GET, or fell silent");
    const auto field = command->set.number(Field::command_field);
    if (field == (command::c_get_rq | command::response)) {
      if (const auto retrieved = read_response(requestor.messages(), *command)) return *retrieved;
      continue;
    }
    const Requestor::Context* store = find(requestor, command->context_id);
    if (field != command::c_store_rq || !command->set.has_data_set() || store == nullptr)
      fail("breaks the protocol of C-GET");
    if (!take(*command, *store)) fail("ended the association in the middle of an object");
  }
}

std::vector<Proposal> get_proposals() {
  std::vector<Proposal> proposals{{root::study_get, plain_syntaxes()}};
  std::vector<std::string> syntaxes = plain_syntaxes();
  for (const char* compressed : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.70",
                                 "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.90",
                                 "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.5"})
    syntaxes.emplace_back(compressed);
  // There are more storage classes than contexts: images first.
  for (const bool are_images : {true, false}) {
    for (std::size_t i = 0; i < dicom::uid_count() && proposals.size() < most_contexts; ++i) {
      const dicom::UIDEntry entry = dicom::uid_entry(i);
      const bool is_image = entry.name.find("Image Storage") != std::string_view::npos;
      if (is_image == are_images && !entry.is_retired && is_storage_class(entry.uid, false))
        proposals.push_back({std::string(entry.uid), syntaxes, true});
    }
  }
  return proposals;
}

}  // namespace pgpacs::dimse
