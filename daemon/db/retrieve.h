// Which instances a C-MOVE or C-GET sends (sql/retrieval.sql).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
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
  // What makes of it the object that is sent (docs/rewrite.md); none: it is sent as it is stored.
  std::shared_ptr<const std::string> edits{};
};

// Edits as rows of a plan have them, one after the other: an empty text stands for those of the row before.
class EditsReader {
 public:
  std::shared_ptr<const std::string> read(const pqxx::field& field);

 private:
  std::shared_ptr<const std::string> last_;
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

}  // namespace pgpacs::db
