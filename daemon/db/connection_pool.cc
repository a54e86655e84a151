#include "daemon/db/connection_pool.h"

#include <poll.h>

#include <chrono>
#include <utility>

#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

constexpr std::chrono::seconds longest_wait{30};

// A server that went away has closed its end: an idle connection with something to read is of no use.
bool is_alive(const pqxx::connection& connection) {
  pollfd socket{connection.sock(), POLLIN, 0};
  return connection.is_open() && ::poll(&socket, 1, 0) == 0;
}

}  // namespace

ConnectionPool::ConnectionPool(std::string connection_string, std::uint32_t limit,
                               std::chrono::seconds statement_timeout)
    : connection_string_(std::move(connection_string)),
      limit_(limit),
      statement_timeout_(statement_timeout) {}

ConnectionPool::Lease::~Lease() {
  if (pool_ != nullptr && connection_) pool_->give_back(std::move(connection_));
}

std::unique_ptr<pqxx::connection> ConnectionPool::connect() const {
  auto connection = std::make_unique<pqxx::connection>(connection_string_);
  if (statement_timeout_.count() > 0)
    connection->set_variable("statement_timeout", "'" + std::to_string(statement_timeout_.count()) + "s'");
  prepare_statements(*connection);
  return connection;
}

ConnectionPool::Lease ConnectionPool::lease() {
  std::unique_ptr<pqxx::connection> connection;
  {
    std::unique_lock lock(mutex_);
    if (!is_free_.wait_for(lock, longest_wait, [this] { return in_use_ < limit_; }))
      throw pqxx::broken_connection("no connection to the database became free; see database-connections");
    ++in_use_;
    while (!idle_.empty() && !connection) {
      connection = std::move(idle_.back());
      idle_.pop_back();
      if (!is_alive(*connection)) connection.reset();
    }
  }
  if (!connection) {
    try {
      connection = connect();
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }
  return Lease(*this, std::move(connection));
}

void ConnectionPool::give_back(std::unique_ptr<pqxx::connection> connection) {
  {
    const std::scoped_lock lock(mutex_);
    --in_use_;
    if (connection && connection->is_open()) idle_.push_back(std::move(connection));
  }
  is_free_.notify_one();
}

}  // namespace pgpacs::db
