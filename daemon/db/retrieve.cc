#include "daemon/db/retrieve.h"

#include "daemon/db/statements.h"

namespace pgpacs::db {

std::shared_ptr<const std::string> EditsReader::read(const pqxx::field& field) {
  if (field.is_null()) return {};
  if (field.size() > 0) last_ = std::make_shared<const std::string>(field.c_str(), field.size());
  return last_;
}

std::vector<StoredInstance> plan_retrieval(const Asker& asker, const RetrievalQuery& query) {
  return call_as(asker, [&](AskedTransaction& sql) {
    std::vector<StoredInstance> instances;
    const pqxx::result rows = sql.exec_prepared(
        statement::plan_retrieval, query.identifier, query.is_patient_root ? "patient" : "study",
        or_null(query.destination), query.transfer_id, query.peer, static_cast<std::int64_t>(query.most));
    sql.commit();
    instances.reserve(rows.size());
    EditsReader edits;
    for (const pqxx::row& row : rows)
      instances.push_back({text(row[0]), text(row[1]), text(row[2]), row[3].as<std::int16_t>(), text(row[4]),
                           row[5].as<std::uint64_t>(), row[6].as<std::uint32_t>(), edits.read(row[7])});
    return instances;
  });
}

}  // namespace pgpacs::db
