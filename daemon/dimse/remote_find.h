// C-FIND as SCU (PS3.4 C.4.1.2): a question to another PACS, study root, or patient root at its level.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/db/remote.h"
#include "daemon/dimse/requestor.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dimse {

namespace root {
inline constexpr char patient_find[] = "1.2.840.10008.5.1.4.1.2.1.1";
inline constexpr char study_find[] = "1.2.840.10008.5.1.4.1.2.2.1";
inline constexpr char study_move[] = "1.2.840.10008.5.1.4.1.2.2.2";
inline constexpr char study_get[] = "1.2.840.10008.5.1.4.1.2.2.3";
}  // namespace root

// Whom we call, from what the database says.
Peer peer_of(const db::RemoteAe& ae);

// Explicit before implicit little endian: what every AE can read.
std::vector<std::string> plain_syntaxes();

// Gets answers as DICOM JSON, some at a time; false: no more are wanted.
using AnswerReader = std::function<bool(std::vector<std::string> answers)>;

// `identifier` is DICOM JSON. Throws Failure peer_unreachable where the other side refuses the question or
// goes, and what `read` throws.
void ask(Requestor& requestor, const char* sop_class, std::string_view identifier,
         const dicom::Limits& limits, const AnswerReader& read);

}  // namespace pgpacs::dimse
