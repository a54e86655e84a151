#include "daemon/db/user_session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace pgpacs::db {
namespace {

// Who waits for a server that says nothing holds one of the few places of strangers.
constexpr std::chrono::seconds connect_timeout{10};

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

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Finish>;

// Connects, or not, within connect_timeout. An error is told by its SQLSTATE: its words are of the server's
// language, and name the user.
Connection connect(const std::string& login) {
  Connection connection(PQconnectStart(login.c_str()));
  if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) return connection;
  PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
  const auto deadline = std::chrono::steady_clock::now() + connect_timeout;
  for (auto wanted = PGRES_POLLING_WRITING; wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED;
       wanted = PQconnectPoll(connection.get())) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd socket{PQsocket(connection.get()),
                  static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    const int count = left.count() > 0 ? ::poll(&socket, 1, static_cast<int>(left.count())) : 0;
    if (count == 0 || (count < 0 && errno != EINTR)) break;
  }
  return connection;
}

// Of class 28 (a wrong password, a user or an address that may not come in) and 42501 or 3D000 (not into this
// database) somebody is to blame who named the user; of all else nobody who may be guessing.
bool is_turned_away(const PGconn* connection) {
  const std::string_view words = PQerrorMessage(connection);
  const std::size_t end = words.find_last_not_of("\n ");
  if (end == words.npos || end < 4) return false;
  const std::string_view state = words.substr(end - 4, 5);
  return state.starts_with("28") || state == "42501" || state == "3D000";
}

// Lets in who knows the password, and nobody whom the server lets in without one (trust, peer): libpqxx does
// not tell the two apart.
void require_password(const std::string& login) {
  const Connection connection = connect(login);
  if (!connection) throw Failure{dicom::FaultCode::out_of_resources, "no memory for a login"};
  if (PQstatus(connection.get()) == CONNECTION_OK) {
    if (PQconnectionUsedPassword(connection.get()) != 0) return;
  } else if (!is_turned_away(connection.get())) {
    throw Failure{dicom::FaultCode::out_of_resources, "the database takes no login now"};
  }
  throw Failure{dicom::FaultCode::bad_login, "the database does not let the user in by this passcode"};
}

}  // namespace

std::string login_string(const std::string& connection_string, const std::string& user,
                         const std::string& passcode) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(connection_string.c_str(), nullptr));
  if (!options) throw Failure{dicom::FaultCode::bad_setting, "the setting database is no connection string"};
  std::string text = "connect_timeout=" + std::to_string(connect_timeout.count()) + " ";
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
