#include "daemon/dimse/remote_find.h"

#include <spdlog/fmt/fmt.h>

#include "daemon/dimse/identifier.h"
#include "daemon/fault.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dimse {
namespace {

constexpr std::uint16_t success = 0x0000, pending = 0xFF00, pending_with_warning = 0xFF01;
constexpr std::size_t largest_answer = 64 << 10;
constexpr std::size_t answers_at_once = 200;

[[noreturn]] void fail(const std::string& what) {
  throw Failure{dicom::FaultCode::peer_unreachable, "the other side " + what};
}

std::string read_answer(MessageStream& messages, const MessageStream::Command& command,
                        const std::string& transfer_syntax, const dicom::Limits& limits) {
  const auto data = messages.read_data(command.context_id, largest_answer);
  if (!data) fail("ended the association in the middle of an answer");
  if (data->is_too_large) fail("sent an answer of more than 64 KB");
  try {
    return read_identifier(dicom::as_bytes(data->bytes), transfer_syntax, limits).json;
  } catch (const dicom::Fault&) {
    fail("sent an answer that cannot be read");
  }
}

}  // namespace

Peer peer_of(const db::RemoteAe& ae) {
  return {ae.ae_title, ae.address, ae.port, ae.uses_tls, ae.certificate_sha256};
}

std::vector<std::string> plain_syntaxes() {
  return {std::string(dicom::transfer_syntax_uid::explicit_little),
          std::string(dicom::transfer_syntax_uid::implicit_little)};
}

void ask(Requestor& requestor, const char* sop_class, std::string_view identifier,
         const dicom::Limits& limits, const AnswerReader& read) {
  const auto context = requestor.find(sop_class);
  if (!context) fail("does not take queries of this kind");
  CommandSet request = make_request(command::c_find_rq, requestor.next_message_id());
  request.set(Field::affected_sop_class_uid, sop_class);
  request.set(Field::priority, 0);  // medium
  request.set(Field::command_data_set_type, has_data_set);
  IdentifierEncoder encoder("", context->transfer_syntax);
  MessageStream& messages = requestor.messages();
  if (!messages.send(context->id, request, dicom::as_bytes(encoder.encode(identifier)))) fail("is gone");
  std::vector<std::string> answers;
  for (;;) {
    const auto response = messages.next_command();
    if (!response) fail("ended the association before the last answer, or fell silent");
    const auto status = response->set.number(Field::status);
    if (response->set.number(Field::command_field) != (command::c_find_rq | command::response) || !status)
      fail("breaks the protocol of C-FIND");
    const bool is_pending = *status == pending || *status == pending_with_warning;
    // PS3.4 C.4.1.1.3. One that goes on and on without an answer would never be asked to end.
    if (is_pending && !response->set.has_data_set()) fail("breaks the protocol of C-FIND");
    if (response->set.has_data_set())
      answers.push_back(read_answer(messages, *response, context->transfer_syntax, limits));
    if (!is_pending && *status != success)
      fail(fmt::format("answered the query with status {:04X}", *status));
    if (is_pending && answers.size() < answers_at_once) continue;
    // Who wants no more ends the association: an abort stops the other side as surely as a C-CANCEL.
    if (!answers.empty() && !read(std::exchange(answers, {}))) return;
    if (!is_pending) return;
  }
}

}  // namespace pgpacs::dimse
