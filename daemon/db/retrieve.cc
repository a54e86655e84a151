#include "daemon/db/retrieve.h"

#include <sstream>

#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

}  // namespace

std::vector<StoredInstance> plan_retrieval(const Asker& asker, const RetrievalQuery& query) {
  return call_as(asker, [&](pqxx::work& sql) {
    std::vector<StoredInstance> instances;
    const pqxx::result rows = sql.exec_prepared(
        statement::plan_retrieval, query.identifier, query.is_patient_root ? "patient" : "study",
        or_null(query.destination), query.transfer_id, query.peer, static_cast<std::int64_t>(query.most));
    sql.commit();
    instances.reserve(rows.size());
    for (const pqxx::row& row : rows)
      instances.push_back({text(row[0]), text(row[1]), text(row[2]), row[3].as<std::int16_t>(), text(row[4]),
                           row[5].as<std::uint64_t>(), row[6].as<std::uint32_t>()});
    return instances;
  });
}

Destination find_destination(ConnectionPool& pool, std::string_view ae_title) {
  return call(pool, [&](pqxx::nontransaction& sql) {
    const pqxx::row row = sql.exec_prepared1(statement::find_destination, std::string(ae_title));
    return Destination{text(row[0]), text(row[1]), row[2].as<std::uint16_t>(), row[3].as<bool>(),
                       words(text(row[4]))};
  });
}

void record_retrieval(ConnectionPool& pool, const RetrievalResult& result) {
  call(pool, [&](pqxx::nontransaction& sql) {
    sql.exec_prepared(statement::record_retrieval, result.transfer_id, or_null(result.destination),
                      static_cast<std::int64_t>(result.completed), static_cast<std::int64_t>(result.warning),
                      static_cast<std::int64_t>(result.failed), static_cast<std::int64_t>(result.remaining),
                      or_null(result.reason));
    return 0;
  });
}

}  // namespace pgpacs::db
