#include "daemon/tasks/forward.h"

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <optional>

#include "daemon/log.h"
#include "daemon/tasks/workers.h"

namespace pgpacs::tasks {
namespace {

using dicom::FaultCode;
using Kind = dimse::StoreOutcome::Kind;

constexpr std::size_t most_unreported = 100;
constexpr std::chrono::seconds longest_unreported{2};

db::ForwardState state_of(const dimse::StoreOutcome& outcome) {
  if (outcome.is_stored()) return db::ForwardState::sent;
  // A file that cannot be read may be there again at the next attempt.
  if (outcome.is_temporary() || outcome.kind == Kind::not_sendable) return db::ForwardState::waiting;
  return db::ForwardState::failed;
}

}  // namespace

// One attempt.
class Forward::Run {
 public:
  Run(db::Forwarding& forwarding, const db::Task& task) : forwarding_(forwarding), task_(task) {}

  // Throws where the task is lost, or the database takes no outcomes.
  void send(dimse::Sender& sender, const db::ForwardBatch& batch) {
    const bool is_whole = sender.send(
        batch.objects,
        [&](std::size_t object, const dimse::StoreOutcome& outcome) {
          add(batch.instance_ids[object], outcome);
        },
        [&] { return task_.is_lost() || unreported_.has_value(); });
    report();
    if (unreported_) throw Failure{*unreported_};
    if (!is_whole) throw Failure{FaultCode::no_lease, "the task is not this worker's any more"};
  }

  std::size_t sent() const { return sent_; }
  std::size_t failed() const { return failed_; }
  std::size_t waiting() const { return waiting_; }
  const std::string& reason() const { return reason_; }

 private:
  void add(std::int64_t instance_id, const dimse::StoreOutcome& outcome) {
    const db::ForwardState state = state_of(outcome);
    outcomes_.push_back({instance_id, state, outcome.reason});
    if (state == db::ForwardState::sent) ++sent_;
    if (state == db::ForwardState::failed) ++failed_;
    if (state == db::ForwardState::waiting && ++waiting_ == 1) reason_ = outcome.reason;
    const auto now = std::chrono::steady_clock::now();
    if (outcomes_.size() >= most_unreported || now - reported_at_ > longest_unreported) report();
  }

  // Nothing is thrown: the sender would take it for a fault of the object.
  void report() {
    if (outcomes_.empty() || unreported_) return;
    try {
      forwarding_.done(task_, outcomes_);
    } catch (const Failure& failure) {
      unreported_ = failure;
    }
    outcomes_.clear();
    reported_at_ = std::chrono::steady_clock::now();
  }

  db::Forwarding& forwarding_;
  const db::Task& task_;
  std::vector<db::ForwardOutcome> outcomes_;
  std::optional<Failure> unreported_;  // why the database did not take them
  std::chrono::steady_clock::time_point reported_at_ = std::chrono::steady_clock::now();
  std::size_t sent_ = 0, failed_ = 0, waiting_ = 0;
  std::string reason_;  // of the first that waits
};

void Forward::operator()(const db::Task& task) const {
  const db::ForwardDestination to = forwarding_.destination(task);
  if (to.is_gone) return;
  if (!to.run_after.empty()) throw Later{to.run_after};
  Run run(forwarding_, task);
  bool has_reached = false;
  for (const db::ForwardBatch& batch : forwarding_.plan(task)) {
    dimse::Sender sender(means_,
                         {.calling = to.calling,
                          .peer = {to.ae_title, to.address, to.port, to.uses_tls, to.certificate_sha256},
                          .transfer_syntaxes = batch.transfer_syntaxes,
                          .originator = {}});
    run.send(sender, batch);
    has_reached = has_reached || sender.has_reached();
    if (!sender.has_reached()) break;
  }
  log::info("task {} to {}: {} sent, {} failed, {} to be tried again", task.id, to.ae_title, run.sent(),
            run.failed(), run.waiting());
  if (run.waiting() == 0) return;
  throw Failure{has_reached ? FaultCode::out_of_resources : FaultCode::peer_unreachable,
                fmt::format("{} of {} objects are to be sent again: {}", run.waiting(),
                            run.sent() + run.failed() + run.waiting(), run.reason())};
}

}  // namespace pgpacs::tasks
