#include "daemon/db/task.h"

#include "daemon/db/call.h"
#include "daemon/db/statements.h"

namespace pgpacs::db {

std::optional<Task> Tasks::claim(const std::string& kind, std::chrono::seconds lease) {
  return call(pool_, [&](pqxx::nontransaction& sql) -> std::optional<Task> {
    const pqxx::result rows = sql.exec_prepared(statement::claim_task, kind, lease.count());
    if (rows.empty()) return std::nullopt;
    const pqxx::row row = rows[0];
    Task task;
    task.id = row[0].as<std::int64_t>();
    task.kind = text(row[1]);
    task.payload = text(row[2]);
    task.attempt = row[3].as<int>();
    task.lease = text(row[4]);
    return task;
  });
}

void Tasks::renew(const Task& task, std::chrono::seconds lease) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::renew_task, task.id, task.lease, lease.count());
  });
}

void Tasks::finish(const Task& task) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::finish_task, task.id, task.lease);
  });
}

void Tasks::release(const Task& task, const std::string& run_after) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::release_task, task.id, task.lease, or_null(run_after));
  });
}

void Tasks::fail(const Task& task, const std::string& why, bool is_unreachable) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::fail_task, task.id, task.lease, why, is_unreachable);
  });
}

}  // namespace pgpacs::db
