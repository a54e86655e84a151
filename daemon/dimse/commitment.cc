#include "daemon/dimse/commitment.h"

#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <optional>
#include <vector>

#include "daemon/dimse/identifier.h"
#include "daemon/fault.h"
#include "daemon/log.h"
#include "daemon/store/stored_file.h"
#include "extension/dicom/fault.h"

namespace pgpacs::dimse {
namespace {

using dicom::FaultCode;

constexpr char commitment_instance[] = "1.2.840.10008.1.20.1.1";  // well-known (PS3.4 J.3.5)
constexpr std::uint16_t success = 0x0000, no_such_instance = 0x0112, no_such_event = 0x0113,
                        no_such_action = 0x0123;
constexpr std::uint16_t request_action = 1;  // PS3.4 table J.3-1
// 100,000 references of the longest UIDs.
constexpr std::size_t largest_information = 20 << 20;

store::Digest digest_of(const std::string& hex) {
  store::Digest digest{};
  for (std::size_t i = 0; i < digest.size() && 2 * i + 1 < hex.size(); ++i) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, byte, 16);
    digest[i] = std::byte{byte};
  }
  return digest;
}

bool is_safe(const store::FileStore& store, const db::Commitments::File& file) {
  if (file.store_id != store.id()) return false;
  if (!file.sha256.empty())
    return store::is_intact(store, file.file_id, file.file_size, file.data_set_offset,
                            digest_of(file.sha256));
  try {
    return store::StoredFile(store, file.file_id).size() == file.file_size;
  } catch (const Failure& failure) {
    if (failure.code != FaultCode::file_missing) throw;
    return false;
  }
}

CommandSet make_event(const db::Commitments::Report& report, std::uint16_t message_id) {
  CommandSet request = make_request(command::n_event_report_rq, message_id);
  request.set(Field::affected_sop_class_uid, commitment_class);
  request.set(Field::affected_sop_instance_uid, commitment_instance);
  request.set(Field::event_type_id, report.event_type);
  request.set(Field::command_data_set_type, has_data_set);
  return request;
}

// The data set behind a command as DICOM JSON; a failure says what to answer.
struct Taken {
  std::string json;
  std::optional<Failure> failure;
};

std::optional<Taken> take(MessageStream& messages, const MessageStream::Command& command,
                          const std::string& transfer_syntax, const dicom::Limits& limits) {
  const auto data = messages.read_data(command.context_id, largest_information);
  if (!data) return std::nullopt;
  if (data->is_too_large) return Taken{{}, Failure{FaultCode::too_large, "more references than the limit"}};
  try {
    return Taken{read_identifier(dicom::as_bytes(data->bytes), transfer_syntax, limits).json, {}};
  } catch (const dicom::Fault& fault) {
    return Taken{{}, Failure{fault.code, "the data set cannot be read"}};
  }
}

// A result that the other side tells, and the answer to it. False where the association is over.
bool hear(MessageStream& messages, const MessageStream::Command& command, const std::string& transfer_syntax,
          const dicom::Limits& limits, const std::string& who, const AnswerTaker& take_answer) {
  const auto taken = take(messages, command, transfer_syntax, limits);
  if (!taken) return false;
  const auto event = command.set.number(Field::event_type_id).value_or(0);
  try {
    if (taken->failure) throw *taken->failure;
    if (event != 1 && event != 2)
      return messages.send(command.context_id, make_response(command.set, no_such_event));
    take_answer(taken->json);
  } catch (const Failure& failure) {
    log::warn("{}: an event of storage commitment refused: {}", who, failure.what);
    return messages.send(command.context_id, make_failure(command.set, failure.code, failure.what));
  }
  return messages.send(command.context_id, make_response(command.set, success));
}

// What we ask on an association of ours.
class Conversation {
 public:
  Conversation(Requestor& requestor, const char* what)
      : messages_(requestor.messages()), what_(what), context_(requestor.find(commitment_class)) {
    if (!context_) fail("does not take storage commitment in our role, so no");
  }

  // Its result may be told on this association: also before the question is answered.
  void listen(const dicom::Limits& limits, const AnswerTaker& take_answer) {
    hear_ = [&](const MessageStream::Command& event) {
      has_heard_ = true;
      return hear(messages_, event, context_->transfer_syntax, limits, "the AE that we asked", take_answer);
    };
  }

  // Sends it, and waits for the answer.
  void ask(const CommandSet& request, std::string_view information) {
    IdentifierEncoder encoder("", context_->transfer_syntax);
    if (!messages_.send(context_->id, request, dicom::as_bytes(encoder.encode(information))))
      fail("is gone before its");
    auto response = messages_.next_command();
    while (response && is_event(*response) && hear_(*response)) response = messages_.next_command();
    if (!response || is_event(*response)) fail("gave no answer to the");
    if (response->set.has_data_set() && !messages_.read_data(response->context_id, 0))
      fail("gave half an answer to the");
    const auto status = response->set.number(Field::status).value_or(0xFFFF);
    // Heard and refused: that is no matter of waiting until it can be reached.
    if (status != success)
      throw Failure{FaultCode::bad_commitment,
                    fmt::format("the {} was answered with status {:04X}", what_, status)};
  }

  // Of who tells it here at all, and at once.
  void wait_for_result() {
    while (!has_heard_ && messages_.awaits_command(patience)) {
      const auto event = messages_.next_command();
      if (!event || !is_event(*event) || !hear_(*event)) return;
    }
  }

 private:
  static constexpr std::chrono::seconds patience{1};

  bool is_event(const MessageStream::Command& command) const {
    return hear_ && command.context_id == context_->id &&
           command.set.number(Field::command_field) == command::n_event_report_rq;
  }
  [[noreturn]] void fail(const char* words) const {
    throw Failure{FaultCode::peer_unreachable, fmt::format("the other side {} {}", words, what_)};
  }

  MessageStream& messages_;
  const char* what_;
  std::optional<Requestor::Context> context_;
  std::function<bool(const MessageStream::Command&)> hear_;
  bool has_heard_ = false;
};

}  // namespace

void check_files(db::Commitments& commitments, const store::FileStore& store, std::int64_t commitment_id) {
  std::vector<int> intact;
  for (const db::Commitments::File& file : commitments.files(commitment_id))
    if (is_safe(store, file)) intact.push_back(file.number);
  commitments.checked(commitment_id, intact);
}

void request_commitment(Requestor& requestor, std::string_view information, const dicom::Limits& limits,
                        const AnswerTaker& take_answer) {
  CommandSet request = make_request(command::n_action_rq, requestor.next_message_id());
  request.set(Field::requested_sop_class_uid, commitment_class);
  request.set(Field::requested_sop_instance_uid, commitment_instance);
  request.set(Field::action_type_id, request_action);
  request.set(Field::command_data_set_type, has_data_set);
  Conversation conversation(requestor, "N-ACTION");
  conversation.listen(limits, take_answer);
  conversation.ask(request, information);
  conversation.wait_for_result();
}

void report_commitment(Requestor& requestor, const db::Commitments::Report& report) {
  Conversation(requestor, "N-EVENT-REPORT")
      .ask(make_event(report, requestor.next_message_id()), report.information);
}

Commitment::~Commitment() {
  for (const auto& [id, own] : unanswered_)
    give_back(own.task, "the association ended before the N-EVENT-REPORT was answered");
}

void Commitment::give_back(const db::Task& task, const std::string& why) noexcept {
  try {
    means_.tasks.fail(task, why, false);
  } catch (const Failure& failure) {
    // Its lease ends, and another worker takes it.
    log::warn("task {} of {}: {}", task.id, task.kind, failure.what);
  } catch (const std::exception& error) {
    log::error("task {} of {}: {}", task.id, task.kind, error.what());
  }
}

bool Commitment::serve_action(MessageStream& messages, const MessageStream::Command& command,
                              const AcceptedContext& context) {
  const auto taken = take(messages, command, context.transfer_syntax, means_.limits);
  if (!taken) return false;
  const auto answer = [&](std::uint16_t status) {
    CommandSet response = make_response(command.set, status);
    response.set(Field::affected_sop_class_uid, commitment_class);
    response.set(Field::affected_sop_instance_uid, commitment_instance);
    return messages.send(command.context_id, response);
  };
  if (command.set.text(Field::requested_sop_instance_uid) != commitment_instance)
    return answer(no_such_instance);
  if (command.set.number(Field::action_type_id) != request_action) return answer(no_such_action);
  std::optional<db::Commitments::Own> own;
  try {
    if (taken->failure) throw *taken->failure;
    own = means_.commitments.request(transfer_id_, taken->json);
  } catch (const Failure& failure) {
    log::warn("transfer {}: storage commitment refused: {}", transfer_id_, failure.what);
    return messages.send(command.context_id, make_failure(command.set, failure.code, failure.what));
  }
  if (!answer(success)) return false;
  return !own || report(messages, command.context_id, context, *own);
}

// The peer cannot be called: it hears the result here, and answers among its next commands.
bool Commitment::report(MessageStream& messages, std::uint8_t context_id, const AcceptedContext& context,
                        const db::Commitments::Own& own) {
  try {
    check_files(means_.commitments, means_.store, own.commitment_id);
    const auto report = means_.commitments.report(own.commitment_id);
    if (!report) {
      means_.tasks.finish(own.task);
      return true;
    }
    IdentifierEncoder encoder("", context.transfer_syntax);
    const dicom::Bytes information = dicom::as_bytes(encoder.encode(report->information));
    unanswered_.insert_or_assign(++message_id_, own);
    return messages.send(context_id, make_event(*report, message_id_), information);
  } catch (const Failure& failure) {
    give_back(own.task, failure.what);
  } catch (const dicom::Fault& fault) {
    give_back(own.task, message(fault));
  }
  return true;
}

bool Commitment::take_answer(MessageStream& messages, const MessageStream::Command& command) {
  if (command.set.has_data_set() && !messages.read_data(command.context_id, 0)) return false;
  const auto message_id = command.set.number(Field::message_id_being_responded_to).value_or(0);
  const auto asked = unanswered_.extract(message_id);
  if (asked.empty()) return false;
  const db::Commitments::Own& own = asked.mapped();
  const auto status = command.set.number(Field::status).value_or(0xFFFF);
  try {
    if (status != success) {
      give_back(own.task, fmt::format("the N-EVENT-REPORT was answered with status {:04X}", status));
    } else {
      means_.commitments.reported(own.commitment_id);
      means_.tasks.finish(own.task);
    }
  } catch (const Failure& failure) {
    give_back(own.task, failure.what);
  }
  return true;
}

bool Commitment::serve_event(MessageStream& messages, const MessageStream::Command& command,
                             const AcceptedContext& context) {
  return hear(
      messages, command, context.transfer_syntax, means_.limits, fmt::format("transfer {}", transfer_id_),
      [&](std::string_view information) { means_.commitments.take_event(transfer_id_, information); });
}

}  // namespace pgpacs::dimse
