#include "daemon/dimse/association.h"

#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/cond.h>

#include <chrono>
#include <exception>
#include <string_view>
#include <thread>

#include "daemon/dimse/c_get.h"
#include "daemon/dimse/c_move.h"
#include "daemon/dimse/implementation.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

constexpr std::chrono::seconds after_bad_login{1};
// PS3.7 C.5
constexpr std::uint16_t success = 0x0000, sop_class_not_supported = 0x0122, unrecognized_operation = 0x0211,
                        mistyped_argument = 0x0212;

// An AE title without its blanks; empty where it has characters that none may have (PS3.5 6.2).
std::string ae_title(std::string_view raw) {
  while (!raw.empty() && raw.back() == ' ') raw.remove_suffix(1);
  while (!raw.empty() && raw.front() == ' ') raw.remove_prefix(1);
  for (const char c : raw)
    if (c < ' ' || c > '~' || c == '\\') return {};
  return std::string(raw);
}

}  // namespace

Association::~Association() {
  if (association_ == nullptr) return;
  ASC_dropSCPAssociation(association_, 0);
  ASC_destroyAssociation(&association_);
}

void Association::serve(store::Descriptor socket) noexcept {
  try {
    if (receive(std::move(socket)) && admit()) serve_messages();
  } catch (const std::exception& error) {
    log::error("association from {}: {}", place_.address(), error.what());
    end(End::protocol_error);
  } catch (...) {
    log::error("association from {}: unknown failure", place_.address());
    end(End::protocol_error);
  }
  close();
}

// Where this is lost, the database learns it from the silence.
void Association::close() noexcept {
  if (answer_.transfer_id == 0) return;
  try {
    services_.gateway.close_association(answer_.transfer_id);
  } catch (const Failure& failure) {
    log::warn("transfer {} of {} is not closed: {}", answer_.transfer_id, calling_, failure.what);
  } catch (const std::exception& error) {
    log::error("transfer {} of {} is not closed: {}", answer_.transfer_id, calling_, error.what());
  } catch (...) {
    log::error("transfer {} of {} is not closed: unknown failure", answer_.transfer_id, calling_);
  }
}

bool Association::receive(store::Descriptor socket) {
  TransportLayer::set_accepted(socket.release(), watch_, tls_, identity_);
  const OFCondition condition =
      ASC_receiveAssociation(network_, &association_, static_cast<long>(services_.settings.max_pdu), nullptr,
                             nullptr, OFFalse, DUL_BLOCK, 0);
  TransportLayer::close_unused();
  if (condition.good()) return true;
  if (condition == DUL_ILLEGALPDU)
    log::stranger(spdlog::level::warn,
                  "connection from {} aborted: it began with no A-ASSOCIATE-RQ, or a broken one",
                  place_.address());
  else if (condition.module() == OFM_dcmtls)
    log::stranger(spdlog::level::warn, "connection from {}: TLS was not agreed upon", place_.address());
  else
    log::stranger(spdlog::level::info, "connection from {}: no association was asked for", place_.address());
  return false;
}

void Association::reject(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
                         T_ASC_RejectParametersReason reason, const char* why) {
  const T_ASC_RejectParameters rejection{result, source, reason};
  ASC_rejectAssociation(association_, &rejection);
  log::stranger(spdlog::level::warn, "association of {} from {} rejected: {}", calling_, place_.address(),
                why);
}

bool Association::admit() {
  const auto& parameters = association_->params->DULparams;
  calling_ = ae_title(parameters.callingAPTitle);
  called_ = ae_title(parameters.calledAPTitle);
  char context_name[128] = "";
  ASC_getApplicationContextName(association_->params, context_name, sizeof context_name);
  if (std::string_view(context_name) != UID_StandardApplicationContext) {
    reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED,
           "application context name not supported");
    return false;
  }
  if (!place_.claim()) {
    reject(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
           ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED, "as many associations as allowed are open");
    return false;
  }
  return ask_database() && take_seat() && identify_user() && accept();
}

bool Association::ask_database() {
  try {
    answer_ = services_.gateway.open_association(caller());
  } catch (const Failure& failure) {
    reject(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
           ASC_REASON_SP_PRES_TEMPORARYCONGESTION, failure.what.c_str());
    return false;
  }
  if (answer_.refusal.empty()) return true;
  const bool is_called = answer_.refusal.starts_with("called");
  reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER,
         is_called ? ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED : ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED,
         answer_.refusal.c_str());
  return false;
}

db::Caller Association::caller() const {
  return {calling_, called_, place_.address(), identity_.is_secured, identity_.certificate_sha256};
}

bool Association::take_seat() {
  auto seat = services_.quotas.sit(answer_.remote_ae_id, answer_.max_associations);
  if (seat) {
    seat_ = std::move(*seat);
    return true;
  }
  constexpr char why[] = "the device has as many associations as it may";
  services_.gateway.record_association_refusal(caller(), why);
  reject(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
         ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED, why);
  return false;
}

// PS3.7 D.3.3.7. Whom the database lets in asks it as himself; without a user the device acts as its row
// says.
bool Association::identify_user() {
  if (answer_.user_identity == "ignored") return true;
  const auto user = requested_user(association_->params);
  if (!user && answer_.user_identity != "required") return true;
  try {
    if (!user) throw Failure{dicom::FaultCode::bad_login, "a user name and passcode are required"};
    log_in(*user);
    answer_.acts_as.clear();
    if (user->wants_response) confirm_user(association_->params);
    return true;
  } catch (const Failure& failure) {
    // Who guesses passcodes waits, and holds one of the few places of strangers meanwhile.
    std::this_thread::sleep_for(after_bad_login);
    services_.gateway.record_association_refusal(caller(), failure.what);
    if (failure.code == dicom::FaultCode::bad_login)
      reject(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEPROVIDER_ACSE_RELATED,
             ASC_REASON_SP_ACSE_NOREASON, failure.what.c_str());
    else
      reject(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
             ASC_REASON_SP_PRES_TEMPORARYCONGESTION, failure.what.c_str());
    return false;
  }
}

void Association::log_in(const RequestedUser& user) {
  if (!services_.failed_logins.may_try(place_.address(), FailedLogins::Clock::now()))
    throw Failure{dicom::FaultCode::bad_login, "too many logins from this address have failed"};
  try {
    user_session_ = db::open_user_session(services_.settings.database, user.name, user.passcode,
                                          services_.settings.find_timeout);
  } catch (const Failure& failure) {
    if (failure.code == dicom::FaultCode::bad_login)
      services_.failed_logins.add(place_.address(), FailedLogins::Clock::now());
    throw;
  }
}

// The device's rate, where its row has one: the next request is not read before.
void Association::wait_for_turn() {
  if (!answer_.max_requests_per_second) return;
  const auto now = Quotas::Clock::now();
  const auto turn = services_.quotas.next_turn(answer_.remote_ae_id, *answer_.max_requests_per_second, now);
  services_.stop.wait_until(turn);
}

bool Association::accept() {
  if (user_session_)
    asker_ = db::Asker{user_session_.get(), {}};
  else if (!answer_.acts_as.empty())
    asker_ = db::Asker{&services_.query_pool, answer_.acts_as};
  negotiate(association_->params,
            {answer_.may_store, answer_.may_find, answer_.may_move, answer_.may_get, answer_.may_commit,
             answer_.transfer_syntaxes, services_.settings.accept_unknown_sop_classes});
  set_implementation(association_->params);
  if (ASC_acknowledgeAssociation(association_).bad()) {
    log::warn("association of {} from {}: the peer went before it was accepted", calling_, place_.address());
    return false;
  }
  place_.admit();
  return true;
}

void Association::serve_messages() {
  const auto began = std::chrono::steady_clock::now();
  MessageStream messages(association_, watch_, services_.settings.pdu_timeout,
                         services_.settings.idle_timeout);
  commitment_.emplace(
      Commitment::Means{services_.commitments, services_.tasks, services_.store, services_.settings.limits},
      answer_.transfer_id);
  while (const auto command = messages.next_command())
    if (wait_for_turn(); !serve_one(messages, *command)) break;
  end(messages.end());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  log::info(
      "transfer {} of {} from {}: {} stored, {} duplicate, {} conflict, {} refused, {} failed, {:.1f} MB, {} "
      "queries "
      "with {} answers in {:.2f} s",
      answer_.transfer_id, calling_, place_.address(), tally_.stored, tally_.duplicate, tally_.conflict,
      tally_.refused, tally_.failed, static_cast<double>(tally_.bytes) / 1e6, find_tally_.queries,
      find_tally_.answers, took.count());
}

const Association::Served Association::served_commands[] = {
    {command::c_echo_rq, Service::verification, false, &Association::serve_echo},
    {command::c_store_rq, Service::storage, true, &Association::serve_store},
    {command::c_find_rq, Service::find, true, &Association::serve_find},
    {command::c_move_rq, Service::move, true, &Association::serve_move},
    {command::c_get_rq, Service::get, true, &Association::serve_get},
    {command::n_action_rq, Service::commitment, true, &Association::serve_action},
    {command::n_event_report_rq, Service::commitment, true, &Association::serve_event},
};

bool Association::serve_one(MessageStream& messages, const MessageStream::Command& command) {
  const Message message{messages, command, find_context(association_->params, command.context_id)};
  const auto field = command.set.number(Field::command_field);
  if (message.context.abstract_syntax.empty() || !field) return false;
  if (*field == command::c_cancel_rq) return true;  // of something that is over
  if (*field == (command::n_event_report_rq | command::response))
    return commitment_->take_answer(message.stream, command);
  if ((*field & command::response) != 0) return false;
  for (const Served& served : served_commands) {
    if (served.command_field != *field) continue;
    if (served.service != service_of(message.context.abstract_syntax, true))
      return refuse(message, sop_class_not_supported);
    if (served.has_data_set != command.set.has_data_set()) return refuse(message, mistyped_argument);
    return (this->*served.serve)(message);
  }
  return refuse(message, unrecognized_operation);
}

bool Association::serve_echo(const Message& message) {
  return message.stream.send(message.command.context_id, make_response(message.command.set, success));
}

bool Association::serve_store(const Message& message) {
  CStore store(services_.gateway, services_.store, services_.settings.limits, {calling_, called_});
  return store.serve(message.stream, message.command, message.context, answer_.transfer_id, tally_);
}

bool Association::serve_find(const Message& message) {
  CFind find(services_.gateway, asker_, answer_.identity, services_.settings, answer_.transfer_id);
  return find.serve(message.stream, message.command, message.context, find_tally_);
}

RetrievalMeans Association::retrieval_means() const {
  return {services_.settings,
          services_.stop,
          services_.gateway,
          {services_.store, services_.transcoder, services_.settings.limits},
          asker_,
          answer_.transfer_id,
          calling_,
          called_,
          place_.address()};
}

bool Association::serve_move(const Message& message) {
  return serve_c_move(retrieval_means(), message.stream, message.command, message.context);
}

bool Association::serve_get(const Message& message) {
  return serve_c_get(retrieval_means(), message.stream, message.command, message.context,
                     contexts_to_send_on(association_->params));
}

bool Association::serve_action(const Message& message) {
  return commitment_->serve_action(message.stream, message.command, message.context);
}

bool Association::serve_event(const Message& message) {
  return commitment_->serve_event(message.stream, message.command, message.context);
}

bool Association::refuse(const Message& message, std::uint16_t status) {
  const std::uint8_t context_id = message.command.context_id;
  if (message.command.set.has_data_set() && !message.stream.read_data(context_id, 0)) return false;
  return message.stream.send(context_id, make_response(message.command.set, status));
}

void Association::end(End how) {
  if (association_ == nullptr) return;
  watch_.set_deadline(std::chrono::seconds(5));
  switch (how) {
    case End::released: ASC_acknowledgeRelease(association_); break;
    case End::aborted:
    case End::lost: break;
    case End::none:
    case End::protocol_error:
    case End::stopped: ASC_abortAssociation(association_); break;
  }
  if (how == End::protocol_error)
    log::warn("association of {} from {} aborted: it broke the protocol, or fell silent", calling_,
              place_.address());
}

}  // namespace pgpacs::dimse
