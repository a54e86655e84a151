// Which presentation contexts we accept (PS3.7 D.3.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

namespace pgpacs::dimse {

struct Offer {
  bool may_store = false;
  // What the device is asked for first, best first (pacs_data.remote_ae).
  std::vector<std::string> transfer_syntaxes = {};
  bool accepts_unknown_sop_classes = true;
};

// Whether a SOP class is one of storage: those of PS3.6, and private and unknown ones by setting.
bool is_storage_class(std::string_view uid, bool accepts_unknown);

// Answers each presentation context that was proposed. Objects are stored as they come, so that any transfer
// syntax that encodes a data set will do: the first that was proposed, but explicit VR before implicit VR and
// big endian, since private elements keep their VR in it.
void negotiate(T_ASC_Parameters* parameters, const Offer& offer);

// A user that the peer names, with a passcode (PS3.7 D.3.3.7, type 2). Other types, which we do not check, name
// nobody.
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
};
AcceptedContext find_context(T_ASC_Parameters* parameters, std::uint8_t context_id);

}  // namespace pgpacs::dimse
