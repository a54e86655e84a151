#include "daemon/db/call.h"

#include "daemon/log.h"

namespace pgpacs::db {
namespace {

using dicom::FaultCode;

constexpr std::string_view query_canceled = "57014";  // by statement_timeout

// SQLSTATEs after which it is sure that nothing was committed: ours, and those of data, rights and syntax. A
// session that an administrator or a shutdown ended (class 57) may have committed before it said so.
bool is_surely_undone(std::string_view sqlstate) {
  for (const std::string_view prefix : {"PC", "22", "23", "25", "40001", "40P01", "42", "53", "P0"})
    if (sqlstate.starts_with(prefix)) return true;
  return false;
}

// "ERROR:  the message" without its label and what follows the first line.
std::string first_line(std::string_view text) {
  constexpr std::string_view label = "ERROR:  ";
  if (text.starts_with(label)) text.remove_prefix(label.size());
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Failure failure_of(const pqxx::sql_error& error) {
  const std::string_view state = error.sqlstate();
  const std::string what = state.starts_with("PC")   ? first_line(error.what())
                           : state == query_canceled ? "it took longer than it may"
                                                     : "SQLSTATE " + std::string(state);
  return {fault_of(state), what, !is_surely_undone(state)};
}

AskedTransaction::AskedTransaction(pqxx::connection& connection, const std::string& role)
    : namedclass("AskedTransaction"), nontransaction(connection) {
  const std::string take_on = role.empty() ? "" : "; set local role " + quote_name(role);
  try {
    exec("begin" + take_on);
  } catch (const pqxx::sql_error&) {
    roll_back();
    throw Failure{FaultCode::not_authorised,
                  "role " + role + " cannot be taken on: grant it to pacs_gateway"};
  }
}

AskedTransaction::~AskedTransaction() {
  if (is_open_) roll_back();
}

void AskedTransaction::commit() {
  exec("commit");
  is_open_ = false;
}

// A connection that cannot even do that is no one's any more.
void AskedTransaction::roll_back() noexcept {
  try {
    exec("rollback");
  } catch (...) {
    conn().disconnect();
  }
}

Failure lost_within() {
  return {FaultCode::out_of_resources, "the connection to the database was lost", true};
}

Failure lost_before(const pqxx::failure& error) {
  // For the log alone: libpq names host, database and login.
  log::warn("the database is away: {}", first_line(error.what()));
  return {FaultCode::out_of_resources, "the database is away"};
}

}  // namespace pgpacs::db
