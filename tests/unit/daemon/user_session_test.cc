#include "daemon/db/user_session.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <map>

namespace pgpacs::db {
namespace {

// As libpq reads it.
std::map<std::string, std::string> parsed(const std::string& connection_string) {
  std::map<std::string, std::string> values;
  PQconninfoOption* const options = PQconninfoParse(connection_string.c_str(), nullptr);
  EXPECT_NE(options, nullptr) << connection_string;
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option)
    if (option->val != nullptr) values[option->keyword] = option->val;
  PQconninfoFree(options);
  return values;
}

TEST(user_session, logs_in_as_the_user_where_the_daemon_does) {
  const auto values = parsed(
      login_string("host=a,b port=1 user=pacsd passfile=/x password=y", "ivan", "it's \\ \"it\" user=z"));
  EXPECT_EQ(values.at("host"), "a,b");
  EXPECT_EQ(values.at("port"), "1");
  EXPECT_EQ(values.at("user"), "ivan");
  EXPECT_EQ(values.at("password"), "it's \\ \"it\" user=z");
  EXPECT_EQ(values.at("passfile"), "");
}

TEST(user_session, waits_for_a_server_as_long_as_the_daemons_own_connections_do_or_ten_seconds) {
  EXPECT_EQ(parsed(login_string("dbname=pacs", "ivan", "x")).at("connect_timeout"), "10");
  EXPECT_EQ(parsed(login_string("dbname=pacs connect_timeout=3", "ivan", "x")).at("connect_timeout"), "3");
}

}  // namespace
}  // namespace pgpacs::db
