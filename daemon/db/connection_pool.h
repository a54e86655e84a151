// Connections to the database, made when needed and given back when done.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <pqxx/pqxx>

namespace pgpacs::db {

class ConnectionPool {
 public:
  // `statement_timeout`: after which the server gives a statement up; 0: never.
  ConnectionPool(std::string connection_string, std::uint32_t limit,
                 std::chrono::seconds statement_timeout = {});

  // A connection for one piece of work. Goes back to the pool when this goes, unless it was lost.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<pqxx::connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    pqxx::connection& operator*() const { return *connection_; }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<pqxx::connection> connection_;
  };

  // Waits for one where all are in use. Throws pqxx::broken_connection where the database is away.
  Lease lease();

 private:
  std::unique_ptr<pqxx::connection> connect() const;
  void give_back(std::unique_ptr<pqxx::connection> connection);

  const std::string connection_string_;
  const std::uint32_t limit_;
  const std::chrono::seconds statement_timeout_;
  std::mutex mutex_;
  std::condition_variable is_free_;
  std::uint32_t in_use_ = 0;
  std::vector<std::unique_ptr<pqxx::connection>> idle_;
};

}  // namespace pgpacs::db
