// pacs.find: what C-FIND asks of the database (sql/find.sql).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/db/call.h"

namespace pgpacs::db {

struct FindQuery {
  std::string level, identifier;  // DICOM JSON
  bool is_patient_root = false;
  bool is_relational = false, is_datetime_combined = false;
  std::string identity = "received";  // what answers show: or "card"
};

// Who takes the answers.
struct FindReader {
  // Asked several times a second while the database searches; false gives the search up.
  std::function<bool()> is_wanted;
  // Some answers as DICOM JSON, perhaps none; false: no more are wanted.
  std::function<bool(std::span<const std::string_view> answers, bool are_last)> take;
};

// Answers with the asker's rights, as they are found: few at first, never so many that they would not fit
// into memory. The last are given when the search is in the audit trail. Throws Failure.
void find(const Asker& asker, const FindQuery& query, const FindReader& reader);

}  // namespace pgpacs::db
