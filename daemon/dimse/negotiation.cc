#include "daemon/dimse/negotiation.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/transfer_syntax.h"
#include "extension/dicom/uid.h"

namespace pgpacs::dimse {
namespace {

namespace syntax = dicom::transfer_syntax_uid;

struct ServedClass {
  std::string_view uid;
  Service service;
};

// Storage aside, which knows its classes by their names.
constexpr ServedClass served_classes[] = {
    {"1.2.840.10008.1.1", Service::verification},
    {"1.2.840.10008.1.20.1", Service::commitment},  // push model (PS3.4 J.3.5)
    {patient_root_find, Service::find},
    {study_root_find, Service::find},
    {"1.2.840.10008.5.1.4.1.2.1.2", Service::move},
    {"1.2.840.10008.5.1.4.1.2.2.2", Service::move},
    {"1.2.840.10008.5.1.4.1.2.1.3", Service::get},
    {"1.2.840.10008.5.1.4.1.2.2.3", Service::get},
};

// Non-Patient Object Storage (PS3.4 table GG.3-1): these belong to no study, where everything here is kept.
constexpr std::string_view classes_without_study[] = {
    "1.2.840.10008.5.1.4.1.1.200.1",  // CT Defined Procedure Protocol
    "1.2.840.10008.5.1.4.1.1.200.3",  // Protocol Approval
    "1.2.840.10008.5.1.4.1.1.200.7",  // XA Defined Procedure Protocol
    "1.2.840.10008.5.1.4.1.1.201.1",  // Inventory
    "1.2.840.10008.5.1.4.38.1",       // Hanging Protocol
    "1.2.840.10008.5.1.4.39.1",       // Color Palette
    "1.2.840.10008.5.1.4.43.1",       // Generic Implant Template
    "1.2.840.10008.5.1.4.44.1",       // Implant Assembly Template
    "1.2.840.10008.5.1.4.45.1",       // Implant Template Group
};

constexpr std::string_view standard_root = "1.2.840.10008.";

bool is_among(const T_ASC_PresentationContext& context, std::string_view uid) {
  for (unsigned char i = 0; i < context.transferSyntaxCount; ++i)
    if (uid == context.proposedTransferSyntaxes[i]) return true;
  return false;
}

std::optional<std::string_view> choose_syntax(const T_ASC_PresentationContext& context,
                                              const std::vector<std::string>& preferred) {
  for (const std::string& uid : preferred)
    if (is_among(context, uid) && dicom::find_transfer_syntax(uid)) return uid;
  for (unsigned char i = 0; i < context.transferSyntaxCount; ++i) {
    const std::string_view uid = context.proposedTransferSyntaxes[i];
    if (!dicom::is_valid_uid(uid) || !dicom::find_transfer_syntax(uid)) continue;
    const bool is_second_choice = uid == syntax::implicit_little || uid == syntax::explicit_big;
    if (is_second_choice && is_among(context, syntax::explicit_little)) return syntax::explicit_little;
    return uid;
  }
  return std::nullopt;
}

std::optional<std::string_view> choose_uncompressed(const T_ASC_PresentationContext& context) {
  for (const std::string_view uid : {syntax::explicit_little, syntax::implicit_little, syntax::explicit_big})
    if (is_among(context, uid)) return uid;
  return std::nullopt;
}

// What any object can be brought into, where that is proposed.
std::optional<std::string_view> choose_to_send(const T_ASC_PresentationContext& context) {
  const auto plain = choose_uncompressed(context);
  return plain ? plain : choose_syntax(context, {});
}

// What the peer may be on a context of storage (PS3.7 D.3.3.4): SCU where it may store, SCP, which takes what
// a C-GET sends, where it asks to be that and may get.
T_ASC_SC_ROLE role_of(T_ASC_SC_ROLE proposed, const Offer& offer) {
  const bool is_scp = offer.may_get && (proposed == ASC_SC_ROLE_SCP || proposed == ASC_SC_ROLE_SCUSCP);
  const bool is_scu = offer.may_store && proposed != ASC_SC_ROLE_SCP;
  if (is_scp) return is_scu ? ASC_SC_ROLE_SCUSCP : ASC_SC_ROLE_SCP;
  if (!is_scu) return ASC_SC_ROLE_NONE;
  return proposed == ASC_SC_ROLE_DEFAULT ? ASC_SC_ROLE_DEFAULT : ASC_SC_ROLE_SCU;
}

bool may_have(const Offer& offer, Service service) {
  switch (service) {
    case Service::none: return false;
    case Service::verification: return true;
    case Service::storage: return offer.may_store;
    case Service::find: return offer.may_find;
    case Service::move: return offer.may_move;
    case Service::get: return offer.may_get;
    case Service::commitment: return offer.may_commit;
  }
  return false;
}

// Bytes of the service class application information of queries (PS3.4 table C.5-1). Names are compared
// without regard to how they are written whether or not it is asked for; times in other zones are not
// converted.
enum FindOption : std::size_t { relational, combined_datetime, fuzzy_names, first_unknown_option };

using ExtendedNegotiations = SOPClassExtendedNegotiationSubItemList;

std::unique_ptr<SOPClassExtendedNegotiationSubItem> accept_options(
    const SOPClassExtendedNegotiationSubItem& asked) {
  auto answer = std::make_unique<SOPClassExtendedNegotiationSubItem>();
  const unsigned short count = asked.serviceClassAppInfoLength;
  answer->sopClassUID = asked.sopClassUID;
  answer->sopClassUIDLength = asked.sopClassUIDLength;
  answer->itemLength = asked.itemLength;
  answer->serviceClassAppInfo = new unsigned char[count];  // DCMTK deletes it
  answer->serviceClassAppInfoLength = count;
  for (std::size_t i = 0; i < count; ++i)
    answer->serviceClassAppInfo[i] = i < first_unknown_option && asked.serviceClassAppInfo[i] == 1;
  return answer;
}

void negotiate_options(T_ASC_Parameters* parameters, const Offer& offer) {
  ExtendedNegotiations* asked = nullptr;
  ASC_getRequestedExtNegList(parameters, &asked);
  if (asked == nullptr || !offer.may_find) return;
  auto answers = std::make_unique<ExtendedNegotiations>();
  for (const SOPClassExtendedNegotiationSubItem* item : *asked)
    if (service_of(item->sopClassUID.c_str(), false) == Service::find)
      answers->push_back(accept_options(*item).release());
  ASC_setAcceptedExtNegList(parameters, answers.release());
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): DCMTK deletes the list, with what it holds

bool is_accepted(T_ASC_Parameters* parameters, std::string_view abstract_syntax, FindOption option) {
  ExtendedNegotiations* accepted = nullptr;
  ASC_getAcceptedExtNegList(parameters, &accepted);
  if (accepted == nullptr) return false;
  for (const SOPClassExtendedNegotiationSubItem* item : *accepted)
    if (abstract_syntax == item->sopClassUID.c_str())
      return option < item->serviceClassAppInfoLength && item->serviceClassAppInfo[option] == 1;
  return false;
}

}  // namespace

bool is_storage_class(std::string_view uid, bool accepts_unknown) {
  const auto known = dicom::find_uid(uid);
  if (known && known->type == dicom::UIDType::sop_class) {
    return known->name.find("Storage") != std::string_view::npos &&
           known->name.find("Commitment") == std::string_view::npos &&
           known->name.find("Media Storage") == std::string_view::npos &&
           std::ranges::find(classes_without_study, uid) == std::end(classes_without_study);
  }
  // Within the standard's root what we do not know is more likely a newer storage class than a service.
  return !known && accepts_unknown && dicom::is_valid_uid(uid) &&
         (!uid.starts_with(standard_root) || uid.starts_with("1.2.840.10008.5.1.4.1.1."));
}

Service service_of(std::string_view abstract_syntax, bool accepts_unknown) {
  for (const ServedClass& served : served_classes)
    if (served.uid == abstract_syntax) return served.service;
  return is_storage_class(abstract_syntax, accepts_unknown) ? Service::storage : Service::none;
}

void negotiate(T_ASC_Parameters* parameters, const Offer& offer) {
  negotiate_options(parameters, offer);
  const int count = ASC_countPresentationContexts(parameters);
  for (int i = 0; i < count; ++i) {
    T_ASC_PresentationContext context;
    if (ASC_getPresentationContext(parameters, i, &context).bad()) continue;
    const Service service = service_of(context.abstractSyntax, offer.accepts_unknown_sop_classes);
    const auto role =
        service == Service::storage ? role_of(context.proposedRole, offer) : ASC_SC_ROLE_DEFAULT;
    const bool is_sent = role == ASC_SC_ROLE_SCP || role == ASC_SC_ROLE_SCUSCP;
    const bool is_served = service == Service::storage ? role != ASC_SC_ROLE_NONE : may_have(offer, service);
    const auto chosen = !is_served                    ? std::nullopt
                        : is_sent                     ? choose_to_send(context)
                        : service == Service::storage ? choose_syntax(context, offer.transfer_syntaxes)
                                                      : choose_uncompressed(context);
    if (chosen) {
      // Who keeps objects for us says so by its role, and may have both (PS3.4 J.3.1).
      ASC_acceptPresentationContext(parameters, context.presentationContextID, std::string(*chosen).c_str(),
                                    service == Service::commitment ? context.proposedRole : role);
    } else {
      ASC_refusePresentationContext(
          parameters, context.presentationContextID,
          is_served ? ASC_P_TRANSFERSYNTAXESNOTSUPPORTED : ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
    }
  }
}

std::optional<RequestedUser> requested_user(T_ASC_Parameters* parameters) {
  UserIdentityNegotiationSubItemRQ* item = nullptr;
  ASC_getUserIdentRQ(parameters, &item);
  if (item == nullptr || item->getIdentityType() != ASC_USER_IDENTITY_USER_PASSWORD) return std::nullopt;
  const auto take = [](char* bytes, Uint16 size) {
    std::string text(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : size);
    delete[] bytes;
    return text;
  };
  char* name = nullptr;
  char* passcode = nullptr;
  Uint16 name_size = 0;
  Uint16 passcode_size = 0;
  item->getPrimField(name, name_size);
  item->getSecField(passcode, passcode_size);
  RequestedUser user{take(name, name_size), take(passcode, passcode_size), false};
  user.wants_response = item->isPosResponseRequested() != OFFalse;
  return user;
}

// ASC_setIdentAC is declared and not defined in DCMTK 3.6.7. The parameters own what they are given.
void confirm_user(T_ASC_Parameters* parameters) {
  auto confirmation = std::make_unique<UserIdentityNegotiationSubItemAC>();
  char empty[] = "";
  confirmation->setServerResponse(empty, 0);
  parameters->DULparams.ackUserIdentNeg = confirmation.release();
}

AcceptedContext find_context(T_ASC_Parameters* parameters, std::uint8_t context_id) {
  T_ASC_PresentationContext context;
  if (ASC_findAcceptedPresentationContext(parameters, context_id, &context).bad()) return {};
  return {context.abstractSyntax, context.acceptedTransferSyntax,
          is_accepted(parameters, context.abstractSyntax, relational),
          is_accepted(parameters, context.abstractSyntax, combined_datetime)};
}

std::vector<Requestor::Context> contexts_to_send_on(T_ASC_Parameters* parameters) {
  std::vector<Requestor::Context> list;
  const int count = ASC_countPresentationContexts(parameters);
  for (int i = 0; i < count; ++i) {
    T_ASC_PresentationContext context;
    if (ASC_getPresentationContext(parameters, i, &context).bad() || context.resultReason != ASC_P_ACCEPTANCE)
      continue;
    if (context.acceptedRole == ASC_SC_ROLE_SCP || context.acceptedRole == ASC_SC_ROLE_SCUSCP)
      list.push_back({context.presentationContextID, context.abstractSyntax, context.acceptedTransferSyntax});
  }
  return list;
}

}  // namespace pgpacs::dimse
