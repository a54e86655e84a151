#include "daemon/dimse/negotiation.h"

#include <cstdint>
#include <memory>
#include <optional>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/transfer_syntax.h"
#include "extension/dicom/uid.h"

namespace pgpacs::dimse {
namespace {

namespace syntax = dicom::transfer_syntax_uid;

constexpr std::string_view verification = "1.2.840.10008.1.1";
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

std::optional<std::string_view> choose_for_verification(const T_ASC_PresentationContext& context) {
  for (const std::string_view uid : {syntax::explicit_little, syntax::implicit_little, syntax::explicit_big})
    if (is_among(context, uid)) return uid;
  return std::nullopt;
}

}  // namespace

bool is_storage_class(std::string_view uid, bool accepts_unknown) {
  const auto known = dicom::find_uid(uid);
  if (known && known->type == dicom::UIDType::sop_class) {
    return known->name.find("Storage") != std::string_view::npos &&
           known->name.find("Commitment") == std::string_view::npos &&
           known->name.find("Media Storage") == std::string_view::npos;
  }
  // Within the standard's root what we do not know is more likely a newer storage class than a service.
  return !known && accepts_unknown && dicom::is_valid_uid(uid) &&
         (!uid.starts_with(standard_root) || uid.starts_with("1.2.840.10008.5.1.4.1.1."));
}

void negotiate(T_ASC_Parameters* parameters, const Offer& offer) {
  const int count = ASC_countPresentationContexts(parameters);
  for (int i = 0; i < count; ++i) {
    T_ASC_PresentationContext context;
    if (ASC_getPresentationContext(parameters, i, &context).bad()) continue;
    const std::string_view abstract = context.abstractSyntax;
    const bool is_verification = abstract == verification;
    const bool is_served =
        is_verification || (offer.may_store && is_storage_class(abstract, offer.accepts_unknown_sop_classes));
    const auto chosen = !is_served        ? std::nullopt
                        : is_verification ? choose_for_verification(context)
                                          : choose_syntax(context, offer.transfer_syntaxes);
    if (chosen) {
      ASC_acceptPresentationContext(parameters, context.presentationContextID, std::string(*chosen).c_str());
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
  return {context.abstractSyntax, context.acceptedTransferSyntax};
}

}  // namespace pgpacs::dimse
