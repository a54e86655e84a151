#include "extension/dicom/transfer_syntax.h"

#include "extension/dicom/dictionary.h"
#include "extension/dicom/uid.h"

namespace pgpacs::dicom {
namespace {

// Real-time video (PS3.22), MIME and XML: nothing that a file or a C-STORE can hold.
bool is_no_data_set(std::string_view uid) {
  return uid.starts_with("1.2.840.10008.1.2.6.") || uid.starts_with("1.2.840.10008.1.2.7.");
}

}  // namespace

std::optional<TransferSyntax> find_transfer_syntax(std::string_view uid, bool accept_unknown) {
  if (uid == transfer_syntax_uid::implicit_little || uid == "1.2.840.10008.1.20")
    return TransferSyntax{.is_explicit = false};
  if (uid == transfer_syntax_uid::explicit_little || uid == "1.2.840.10008.1.2.1.98") {
    return TransferSyntax{.is_encapsulated = uid != transfer_syntax_uid::explicit_little};
  }
  if (uid == transfer_syntax_uid::deflated_explicit_little) return TransferSyntax{.is_deflated = true};
  if (uid == transfer_syntax_uid::explicit_big) return TransferSyntax{.is_big_endian = true};
  // JPIP: pixels lie elsewhere, the data set names their URL; the second of each pair is deflated.
  if (uid == "1.2.840.10008.1.2.4.94" || uid == "1.2.840.10008.1.2.4.204") return TransferSyntax{};
  if (uid == "1.2.840.10008.1.2.4.95" || uid == "1.2.840.10008.1.2.4.205")
    return TransferSyntax{.is_deflated = true};
  if (is_no_data_set(uid)) return std::nullopt;
  if (const auto entry = find_uid(uid))
    return entry->type == UIDType::transfer_syntax ? std::optional(TransferSyntax{.is_encapsulated = true})
                                                   : std::nullopt;
  if (!accept_unknown || !is_valid_uid(uid)) return std::nullopt;
  return TransferSyntax{.is_encapsulated = true};
}

}  // namespace pgpacs::dicom
