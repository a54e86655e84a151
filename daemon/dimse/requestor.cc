#include "daemon/dimse/requestor.h"

#include <dcmtk/dcmnet/cond.h>
#include <dcmtk/dcmnet/dimse.h>

#include <algorithm>

#include "daemon/dimse/implementation.h"
#include "daemon/fault.h"

namespace pgpacs::dimse {
namespace {

constexpr std::chrono::seconds farewell{5};

// DCMTK's networks only hold settings: one for all associations that we ask for.
class Network {
 public:
  explicit Network(const Settings& settings) {
    const auto timeout = static_cast<int>(settings.association_timeout.count());
    dcmConnectionTimeout.set(timeout);
    if (ASC_initializeNetwork(NET_REQUESTOR, 0, timeout, &network_).bad() ||
        ASC_setTransportLayer(network_, &layer_, 0).bad())
      throw Failure{dicom::FaultCode::bad_setting, "DCMTK's network could not be set up"};
  }
  ~Network() { ASC_dropNetwork(&network_); }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  T_ASC_Network* get() const { return network_; }

 private:
  TransportLayer layer_;
  T_ASC_Network* network_ = nullptr;
};

T_ASC_Network* network(const Settings& settings) {
  static const Network only(settings);
  return only.get();
}

[[noreturn]] void fail(const Peer& peer, const std::string& what) {
  throw Failure{dicom::FaultCode::peer_unreachable,
                peer.ae_title + " at " + peer.address + ":" + std::to_string(peer.port) + " " + what};
}

// Odd ones only (PS3.8 9.3.2.2).
T_ASC_PresentationContextID context_id(std::size_t proposal) {
  return static_cast<T_ASC_PresentationContextID>(2 * proposal + 1);
}

std::string why(const OFCondition& condition, T_ASC_Parameters* parameters) {
  if (condition == other_certificate) return "shows another certificate than certificate_sha256 of its row";
  if (condition == tls_not_agreed) return "does not agree to TLS";
  if (condition != DUL_ASSOCIATIONREJECTED) return "cannot be reached or gives no answer";
  T_ASC_RejectParameters rejection{};
  ASC_getRejectParameters(parameters, &rejection);
  OFString text;
  ASC_printRejectParameters(text, &rejection);
  std::string line(text);
  for (char& c : line)
    if (c == '\n') c = ' ';
  return "rejected the association: " + line;
}

}  // namespace

Requestor::Requestor(const Settings& settings, const StopSignal& stop, const std::string& calling,
                     const Peer& peer, std::span<const Proposal> proposals)
    : watch_(stop, settings.association_timeout) {
  SSL_CTX* const tls = peer.uses_tls ? requesting_context(settings) : nullptr;
  T_ASC_Parameters* parameters = nullptr;
  ASC_createAssociationParameters(&parameters, static_cast<long>(settings.max_pdu));
  set_implementation(parameters);
  ASC_setAPTitles(parameters, calling.c_str(), peer.ae_title.c_str(), nullptr);
  const std::string address = peer.address + ":" + std::to_string(peer.port);
  ASC_setPresentationAddresses(parameters, "localhost", address.c_str());
  propose(parameters, proposals);
  TransportLayer::set_requesting(&watch_, tls, peer.certificate_sha256);
  const OFCondition condition = ASC_requestAssociation(network(settings), parameters, &association_);
  TransportLayer::set_requesting(nullptr, nullptr, {});
  if (condition.bad()) {
    const std::string words = why(condition, parameters);
    if (association_ != nullptr)
      ASC_destroyAssociation(&association_);
    else
      ASC_destroyAssociationParameters(&parameters);
    fail(peer, words);
  }
  read_contexts(proposals);
  messages_.emplace(association_, watch_, settings.pdu_timeout, settings.pdu_timeout);
}

Requestor::~Requestor() {
  if (association_ == nullptr) return;
  watch_.set_deadline(farewell);
  ASC_abortAssociation(association_);
  ASC_destroyAssociation(&association_);
}

void Requestor::propose(T_ASC_Parameters* parameters, std::span<const Proposal> proposals) const {
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    const Proposal& proposal = proposals[i];
    std::vector<const char*> syntaxes;
    for (const std::string& syntax : proposal.transfer_syntaxes) syntaxes.push_back(syntax.c_str());
    ASC_addPresentationContext(parameters, context_id(i), proposal.abstract_syntax.c_str(), syntaxes.data(),
                               static_cast<int>(syntaxes.size()),
                               proposal.is_scp ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT);
  }
}

// DCMTK lists the contexts that we have proposed, and believes whatever syntax the peer names for one: data
// sets in it would be none that we can write or read. Roles are believed: a peer that leaves them out of its
// answer often takes them all the same, and one that does not says so by a status.
void Requestor::read_contexts(std::span<const Proposal> proposals) {
  const int count = ASC_countPresentationContexts(association_->params);
  for (int i = 0; i < count; ++i) {
    T_ASC_PresentationContext context;
    if (ASC_getPresentationContext(association_->params, i, &context).bad() ||
        context.resultReason != ASC_P_ACCEPTANCE)
      continue;
    const auto& syntaxes = proposals[context.presentationContextID / 2].transfer_syntaxes;
    if (std::ranges::find(syntaxes, context.acceptedTransferSyntax) != syntaxes.end())
      contexts_.push_back(
          {context.presentationContextID, context.abstractSyntax, context.acceptedTransferSyntax});
  }
}

std::optional<Requestor::Context> Requestor::find(std::string_view abstract_syntax) const {
  for (const Context& context : contexts_)
    if (context.abstract_syntax == abstract_syntax) return context;
  return std::nullopt;
}

std::optional<Requestor::Context> Requestor::find(std::string_view abstract_syntax,
                                                  std::string_view transfer_syntax) const {
  for (const Context& context : contexts_)
    if (context.abstract_syntax == abstract_syntax && context.transfer_syntax == transfer_syntax)
      return context;
  return std::nullopt;
}

bool Requestor::release() {
  watch_.set_deadline(farewell);
  const bool is_released = ASC_releaseAssociation(association_).good();
  ASC_destroyAssociation(&association_);
  return is_released;
}

}  // namespace pgpacs::dimse
