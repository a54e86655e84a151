// Tasks of kind forward: objects to another AE, as a rule says (sql/forward_rule.sql).
#pragma once

#include <string>
#include <vector>

#include "daemon/db/forward.h"
#include "daemon/dimse/sender.h"

namespace pgpacs::tasks {

class Forward {
 public:
  Forward(db::Forwarding& forwarding, const dimse::Sender::Means& means)
      : forwarding_(forwarding), means_(means) {}

  // A Handler. What is sent is reported while the rest goes, so that a daemon that dies sends little twice;
  // what the receiver will never take is told apart from what is to be tried again.
  void operator()(const db::Task& task) const;

 private:
  class Run;

  db::Forwarding& forwarding_;
  dimse::Sender::Means means_;
};

}  // namespace pgpacs::tasks
