#include "daemon/db/user_session.h"

#include <libpq-fe.h>

#include <cstring>

namespace pgpacs::db {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// As libpq reads a value: in quotes, with backslashes before quotes and backslashes.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

bool is_replaced(const char* keyword) {
  for (const char* name : {"user", "password", "passfile"})
    if (std::strcmp(keyword, name) == 0) return true;
  return false;
}

// Lets in who knows the password, and nobody whom the server lets in without one (trust, peer): libpqxx does
// not tell the two apart.
void require_password(const std::string& login) {
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(login.c_str()));
  if (!connection || PQstatus(connection.get()) != CONNECTION_OK ||
      PQconnectionUsedPassword(connection.get()) == 0)
    // libpq does not tell a wrong password from a server that is away, and its words name the user.
    throw Failure{dicom::FaultCode::bad_login, "the database does not let the user in by this passcode"};
}

}  // namespace

std::string login_string(const std::string& connection_string, const std::string& user,
                         const std::string& passcode) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(connection_string.c_str(), nullptr));
  if (!options) throw Failure{dicom::FaultCode::bad_setting, "the setting database is no connection string"};
  // Who waits for a server that says nothing holds one of the few places of strangers.
  std::string text = "connect_timeout=10 ";
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr && !is_replaced(option->keyword))
      text += std::string(option->keyword) + "=" + quoted(option->val) + " ";
  // A password of a file, or none, would let a user in whatever the passcode.
  return text + "user=" + quoted(user) + " password=" + quoted(passcode) + " passfile=''";
}

std::unique_ptr<ConnectionPool> open_user_session(const std::string& connection_string,
                                                  const std::string& user, const std::string& passcode,
                                                  std::chrono::seconds statement_timeout) {
  // NUL would cut what follows off.
  if (user.empty() || passcode.empty() || user.find('\0') != user.npos ||
      passcode.find('\0') != passcode.npos)
    throw Failure{dicom::FaultCode::bad_login, "a user name and a passcode are needed"};
  const std::string login = login_string(connection_string, user, passcode);
  require_password(login);
  auto pool = std::make_unique<ConnectionPool>(login, 1, statement_timeout);
  try {
    const ConnectionPool::Lease lease = pool->lease();
    pqxx::nontransaction transaction(*lease);
    transaction.exec1("select pacs.open_user_session()");
  } catch (const pqxx::sql_error&) {
    throw Failure{dicom::FaultCode::bad_login, "the user may not query over DIMSE"};
  } catch (const pqxx::failure&) {
    throw Failure{dicom::FaultCode::out_of_resources, "the database is away"};
  }
  return pool;
}

}  // namespace pgpacs::db
