// One piece of work in the database, and what libpqxx throws as a Failure. For files of daemon/db only.
#pragma once

#include <string>
#include <string_view>

#include <pqxx/pqxx>

#include "daemon/db/connection_pool.h"
#include "daemon/fault.h"

namespace pgpacs::db {

// What the server said, as ours: with the fault of its SQLSTATE. Its words are shown to peers where they are
// ours, which name tags.
Failure failure_of(const pqxx::sql_error& error);
// The connection was lost: before it was there, nothing can have been done.
Failure lost_before(const pqxx::failure& error);
Failure lost_within();

// `work` gets a transaction of this type on a connection of the pool.
template <typename Transaction, typename Work, typename... Arguments>
auto call_in(ConnectionPool& pool, Work&& work, const Arguments&... arguments) {
  try {
    const ConnectionPool::Lease lease = pool.lease();
    try {
      Transaction transaction(*lease, arguments...);
      return work(transaction);
    } catch (const pqxx::sql_error& error) {
      throw failure_of(error);
    } catch (const pqxx::failure&) {
      throw lost_within();
    }
  } catch (const pqxx::failure& error) {
    throw lost_before(error);
  }
}

// One statement, which is its own transaction.
template <typename Work>
auto call(ConnectionPool& pool, Work&& work) {
  return call_in<pqxx::nontransaction>(pool, work);
}

// Who asks: whose connections are used, and which role is taken on in them; none where they log in as the
// asker. The database decides what it may see.
struct Asker {
  ConnectionPool* pool = nullptr;
  std::string role;
};

// A transaction with an asker's rights. pqxx::work would take a round trip to begin, and one for the role.
class AskedTransaction : public pqxx::nontransaction {
 public:
  // Throws not_authorised where the daemon is no member of the role, or there is none of this name.
  AskedTransaction(pqxx::connection& connection, const std::string& role);
  ~AskedTransaction() override;  // takes back what was not committed
  void commit();

 private:
  void roll_back() noexcept;
  bool is_open_ = true;
};

// Statements of one transaction with the asker's rights; committed where `work` does so.
template <typename Work>
auto call_as(const Asker& asker, Work&& work) {
  return call_in<AskedTransaction>(*asker.pool, work, asker.role);
}

inline std::string bytes(const pqxx::field& field) {
  return field.is_null() ? std::string() : pqxx::binarystring(field).str();
}

inline std::string text(const pqxx::field& field) {
  return field.is_null() ? std::string{} : field.as<std::string>();
}

inline const char* or_null(const std::string& value) {
  return value.empty() ? nullptr : value.c_str();
}

}  // namespace pgpacs::db
