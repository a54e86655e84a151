// What forward tasks ask of the database (sql/forward_rule.sql, sql/study_complete.sql). Throws Failure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "daemon/db/connection_pool.h"
#include "daemon/db/retrieve.h"
#include "daemon/db/task.h"

namespace pgpacs::db {

struct ForwardDestination {
  bool is_gone = false;   // the rule is no more
  std::string run_after;  // not before; empty: now
  std::string calling, ae_title, address;
  std::uint16_t port = 0;
  bool uses_tls = false;
  std::string certificate_sha256;  // 32 bytes; empty: any that tls-ca vouches for
};

// What goes out in the syntaxes that are preferred here, best first.
struct ForwardBatch {
  std::vector<std::string> transfer_syntaxes;
  std::vector<std::int64_t> instance_ids;
  std::vector<StoredInstance> objects;
};

enum class ForwardState : std::uint8_t { sent, failed, waiting };

struct ForwardOutcome {
  std::int64_t instance_id = 0;
  ForwardState state = ForwardState::waiting;
  std::string reason;  // names no patient
};

class Forwarding {
 public:
  explicit Forwarding(ConnectionPool& pool) : pool_(pool) {}

  ForwardDestination destination(const Task& task);
  // What has not been sent yet.
  std::vector<ForwardBatch> plan(const Task& task);
  void done(const Task& task, std::span<const ForwardOutcome> outcomes);

  // Whether new objects came since the last call.
  bool notice_arrivals();

 private:
  ConnectionPool& pool_;
};

}  // namespace pgpacs::db
