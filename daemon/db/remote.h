// Storage commitment, questions to other PACS and pulls from them, as the database has them
// (sql/commitment.sql, sql/find_remote.sql, sql/pull.sql). Data sets are DICOM JSON. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/db/connection_pool.h"
#include "daemon/db/task.h"

namespace pgpacs::db {

// Another AE, and what we call ourselves when we ask it.
struct RemoteAe {
  std::string ae_title, address;
  std::uint16_t port = 0;  // 0: it cannot be called
  bool uses_tls = false;
  std::string certificate_sha256;  // 32 bytes; empty: any that tls-ca vouches for
  std::string calling;
};

class Commitments {
 public:
  explicit Commitments(ConnectionPool& pool) : pool_(pool) {}

  // A request whose result the association that brought it reports itself: it holds the task's lease.
  struct Own {
    std::int64_t commitment_id;
    Task task;
  };
  std::optional<Own> request(std::int64_t transfer_id, std::string_view information);

  struct File {
    int number;
    std::int16_t store_id;
    std::string file_id;
    std::uint64_t file_size, data_set_offset;
    std::string sha256;  // hexadecimal; empty where it is not to be checked
  };
  std::vector<File> files(std::int64_t commitment_id);
  void checked(std::int64_t commitment_id, std::span<const int> intact);

  struct Report {
    RemoteAe ae;
    std::uint16_t event_type;
    std::string information;
  };
  std::optional<Report> report(std::int64_t commitment_id);
  void reported(std::int64_t commitment_id);

  struct Question {
    RemoteAe ae;
    std::string information;
  };
  std::optional<Question> question(std::int64_t commitment_id);
  // An answer: on an association of theirs, or on ours, on which we asked.
  void take_event(std::int64_t transfer_id, std::string_view information);
  void take_answer(std::int64_t commitment_id, std::string_view information);

 private:
  ConnectionPool& pool_;
};

class Questions {
 public:
  explicit Questions(ConnectionPool& pool) : pool_(pool) {}

  struct Question {
    RemoteAe ae;
    std::string level, identifier;
    std::uint32_t seconds_left;
  };
  // Nothing where nobody waits any more.
  std::optional<Question> get(std::int64_t question_id);
  // False where no more are wanted.
  bool add(std::int64_t question_id, std::span<const std::string> answers);

 private:
  ConnectionPool& pool_;
};

class Pulls {
 public:
  explicit Pulls(ConnectionPool& pool) : pool_(pool) {}

  struct Page {
    RemoteAe ae;
    bool uses_get;
    std::string identifier;
  };
  // Nothing where it is done.
  std::optional<Page> page(std::int64_t pull_id);

  struct Step {
    bool is_move;
    std::string level, identifier;
  };
  std::vector<Step> steps(std::int64_t pull_id, std::string_view level, std::span<const std::string> answers);
  void got(std::int64_t pull_id, std::uint64_t instances, std::uint64_t failed);
  void page_done(std::int64_t pull_id);
  // For what a step brings by C-GET.
  std::int64_t open_transfer(std::int64_t pull_id, std::string_view identifier);

 private:
  ConnectionPool& pool_;
};

}  // namespace pgpacs::db
