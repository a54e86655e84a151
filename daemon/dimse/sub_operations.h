// How far a C-MOVE or C-GET is, and the responses that say so (PS3.4 C.4.2.1, C.4.3.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/dimse/command_set.h"
#include "daemon/dimse/sub_operation.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dimse {

class SubOperations {
 public:
  SubOperations(const CommandSet& request, std::size_t total) : request_(request), remaining_(total) {}

  void count(const StoreOutcome& outcome, std::string_view sop_instance_uid);

  // Under way, with counts.
  CommandSet pending() const;
  // The last one: success, warning (some failed), failure (all did) or cancelled.
  CommandSet final(bool is_cancelled) const;
  // Failed SOP Instance UID List (0008,0058), which goes with the last one; empty where none failed.
  std::string failed_list(dicom::TransferSyntax syntax) const;

  std::uint64_t remaining() const { return remaining_; }
  std::uint64_t completed() const { return completed_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t warning() const { return warning_; }
  const std::string& reason() const { return reason_; }

 private:
  CommandSet make(std::uint16_t status, bool has_remaining) const;

  const CommandSet& request_;
  std::uint64_t remaining_, completed_ = 0, failed_ = 0, warning_ = 0;
  std::string failed_uids_;  // by backslashes
  std::string reason_;       // of the first that failed
};

}  // namespace pgpacs::dimse
