// What C-MOVE and C-GET ask of the database: which instances, to whom they go, and what became of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/db/call.h"

namespace pgpacs::db {

// An instance that is to be sent, and its file.
struct StoredInstance {
  std::string sop_class_uid, sop_instance_uid, transfer_syntax_uid;
  std::int16_t store_id = 0;
  std::string file_id;
  std::uint64_t file_size = 0;
  std::uint32_t data_set_offset = 0;
};

// An AE that objects can be sent to.
struct Destination {
  std::string ae_title, address;
  std::uint16_t port = 0;
  bool uses_tls = false;
  std::vector<std::string> transfer_syntaxes;  // that it is sent first, best first
};

struct RetrievalQuery {
  std::string identifier;  // DICOM JSON, with the level
  bool is_patient_root = false;
  std::string destination;  // of a C-MOVE; the trail keeps it
  std::int64_t transfer_id = 0;
  std::string peer;
  std::uint32_t most = 0;  // instances
};

// With the asker's rights, in the order of sending, read to the end: no transaction is open while they are
// sent. Audited. Throws Failure bad_identifier, and too_many_matches beyond the most.
std::vector<StoredInstance> plan_retrieval(const Asker& asker, const RetrievalQuery& query);

// Throws Failure unknown_destination where no AE of this title can be sent to.
Destination find_destination(ConnectionPool& pool, std::string_view ae_title);

// For the trail: what became of a retrieval that was planned.
struct RetrievalResult {
  std::int64_t transfer_id = 0;
  std::string destination;
  std::uint64_t completed = 0, failed = 0, warning = 0, remaining = 0;
  std::string reason;  // of the first that failed; names no patient
};
void record_retrieval(ConnectionPool& pool, const RetrievalResult& result);

}  // namespace pgpacs::db
