#include "daemon/dimse/sender.h"

#include "daemon/dimse/context_plan.h"
#include "daemon/log.h"

namespace pgpacs::dimse {
namespace {

using Kind = StoreOutcome::Kind;

constexpr unsigned most_lost_in_row = 3;

}  // namespace

// The sending of one list.
class Sender::Run {
 public:
  Run(const Means& means, const Order& order, std::span<const db::StoredInstance> objects,
      const Report& report, const IsInterrupted& is_interrupted)
      : means_(means), order_(order), objects_(objects), report_(report), is_interrupted_(is_interrupted) {}

  // What goes over the contexts of one association: over another one of the same, where that is lost.
  bool send(const ContextPlan& plan) {
    left_ = plan.objects;
    while (!left_.empty() && gave_up_.empty()) {
      if (is_interrupted()) return false;
      if (!send_over_one(plan.proposals)) return false;
    }
    while (!left_.empty()) report_next({Kind::lost, 0, gave_up_});
    return true;
  }

  bool has_reached() const { return has_reached_; }

 private:
  bool is_interrupted() const { return is_interrupted_ && is_interrupted_(); }

  void report_next(const StoreOutcome& outcome) {
    const std::size_t object = left_.front();
    left_ = left_.subspan(1);
    report_(object, outcome);
  }

  // False where it was interrupted.
  bool send_over_one(std::span<const Proposal> proposals) {
    std::optional<Requestor> requestor;
    try {
      requestor.emplace(means_.settings, means_.stop, order_.calling, order_.peer, proposals);
    } catch (const Failure& failure) {
      gave_up_ = failure.what;
      return true;
    }
    has_reached_ = true;
    if (is_interrupted_) requestor->set_interruption(is_interrupted_);
    const auto& transcoder = means_.source.transcoder;
    ReadAhead ahead(means_.source, objects_, left_, [&](const db::StoredInstance& object) {
      return choose_context(
          requestor->contexts(), object, order_.transfer_syntaxes,
          [&](std::string_view from, std::string_view to) { return transcoder.can(from, to); });
    });
    StoreScu store(requestor->messages());
    while (!left_.empty()) {
      if (is_interrupted()) return false;
      if (means_.stop.is_raised()) gave_up_ = "the daemon is going down";
      if (!gave_up_.empty() || !send_next(*requestor, ahead, store)) return !is_interrupted();
    }
    if (!requestor->release()) log::info("{} did not answer the release", order_.peer.ae_title);
    return true;
  }

  // False where the association is of no use any more.
  bool send_next(Requestor& requestor, ReadAhead& ahead, StoreScu& store) {
    try {
      auto outgoing = ahead.next();
      if (!outgoing) {
        report_next(
            {Kind::not_accepted, 0, "the receiver takes its SOP class in no syntax that it can have"});
        return true;
      }
      SubOperation operation{requestor.next_message_id(), order_.priority,
                             order_.originator ? &*order_.originator : nullptr,
                             means_.settings.suboperation_timeout};
      const auto outcome = store.perform(operation, objects_[left_.front()], *outgoing);
      if (!outcome) return lose_association();
      lost_in_row_ = 0;
      report_next(*outcome);
    } catch (const Failure& failure) {
      const bool is_temporary = failure.code == dicom::FaultCode::out_of_resources;
      report_next({is_temporary ? Kind::lost : Kind::not_sendable, 0, failure.what});
    } catch (const std::exception& error) {
      report_next({Kind::not_sendable, 0, error.what()});
    }
    return !store.is_broken();
  }

  bool lose_association() {
    if (is_interrupted()) return false;
    report_next({Kind::lost, 0, "the receiver did not answer in time, or ended the association"});
    if (++lost_in_row_ == most_lost_in_row) gave_up_ = "the receiver lost three in a row";
    return false;
  }

  const Means& means_;
  const Order& order_;
  std::span<const db::StoredInstance> objects_;
  const Report& report_;
  const IsInterrupted& is_interrupted_;
  std::span<const std::size_t> left_;
  bool has_reached_ = false;
  std::string gave_up_;  // why
  unsigned lost_in_row_ = 0;
};

bool Sender::send(std::span<const db::StoredInstance> objects, const Report& report,
                  const IsInterrupted& is_interrupted) {
  Run run(means_, order_, objects, report, is_interrupted);
  bool is_whole = true;
  for (const ContextPlan& plan : plan_contexts(objects, order_.transfer_syntaxes))
    if (is_whole) is_whole = run.send(plan);
  has_reached_ = has_reached_ || run.has_reached();
  return is_whole;
}

}  // namespace pgpacs::dimse
