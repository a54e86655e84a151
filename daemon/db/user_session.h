// Queries of a peer that named a user (PS3.7 D.3.3.7): on a connection that logs in as that user, so that the
// database checks the passcode and decides what may be seen.
#pragma once

#include <memory>
#include <string>

#include "daemon/db/call.h"

namespace pgpacs::db {

// A connection string with user and password in the place of its own.
std::string login_string(const std::string& connection_string, const std::string& user,
                         const std::string& passcode);

// A pool of one connection. Throws Failure (bad_login) where the database does not let the user in, or not
// for this; out_of_resources where the database is away.
std::unique_ptr<ConnectionPool> open_user_session(const std::string& connection_string,
                                                  const std::string& user, const std::string& passcode,
                                                  std::chrono::seconds statement_timeout);

}  // namespace pgpacs::db
