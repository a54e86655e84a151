// Which presentation contexts we accept (PS3.7 D.3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/dimse/requestor.h"

namespace pgpacs::dimse {

inline constexpr std::string_view patient_root_find = "1.2.840.10008.5.1.4.1.2.1.1";
inline constexpr std::string_view study_root_find = "1.2.840.10008.5.1.4.1.2.2.1";

// What SOP classes are for, and which right each needs.
enum class Service : std::uint8_t { none, verification, storage, find, move, get, commitment };

struct Offer {
  bool may_store = false, may_find = false, may_move = false, may_get = false, may_commit = false;
  // What the device is asked for first, best first (pacs_data.remote_ae).
  std::vector<std::string> transfer_syntaxes = {};
  bool accepts_unknown_sop_classes = true;
};

// Whether a SOP class is one of storage: those of PS3.6 whose objects belong to a study, and private and
// unknown ones by setting.
bool is_storage_class(std::string_view uid, bool accepts_unknown);

// The service of a SOP class; none for those that we do not serve.
Service service_of(std::string_view abstract_syntax, bool accepts_unknown);

// Answers each presentation context that was proposed. Objects are stored as they come, so that any transfer
// syntax that encodes a data set will do: the first that was proposed, but explicit VR before implicit VR and
// big endian, since private elements keep their VR in it. Other services speak uncompressed syntaxes. To
// extended negotiation of queries it says what we do.
void negotiate(T_ASC_Parameters* parameters, const Offer& offer);

// A user that the peer names, with a passcode (PS3.7 D.3.3.7, type 2). Other types, which we do not check,
// name nobody.
struct RequestedUser {
  std::string name, passcode;
  bool wants_response = false;
};
std::optional<RequestedUser> requested_user(T_ASC_Parameters* parameters);
// The answer that the user was let in, for a peer that wants one (PS3.7 D.3.3.7.2).
void confirm_user(T_ASC_Parameters* parameters);

// What was accepted for a context; empty where nothing was.
struct AcceptedContext {
  std::string abstract_syntax;
  std::string transfer_syntax;
  // Of queries, by extended negotiation (PS3.4 C.5.1.1)
  bool is_relational = false;
  bool is_datetime_combined = false;
};
AcceptedContext find_context(T_ASC_Parameters* parameters, std::uint8_t context_id);

// Those on which the peer takes objects from us (PS3.7 D.3.3.4).
std::vector<Requestor::Context> contexts_to_send_on(T_ASC_Parameters* parameters);

}  // namespace pgpacs::dimse
