#include "daemon/dimse/c_get.h"

#include <numeric>

#include "daemon/dimse/context_plan.h"

namespace pgpacs::dimse {
namespace {

using Kind = StoreOutcome::Kind;

// The sub-operations of one request.
class Sending {
 public:
  Sending(const RetrievalMeans& means, Retrieval& retrieval, MessageStream& messages,
          const CommandSet& request, std::span<const Requestor::Context> accepted)
      : means_(means),
        retrieval_(retrieval),
        request_(request),
        store_(messages),
        order_(retrieval.objects().size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto& transcoder = means.source.transcoder;
    ahead_.emplace(means.source, retrieval.objects(), order_, [accepted, &transcoder](const auto& object) {
      return choose_context(accepted, object, {}, [&](std::string_view from, std::string_view to) {
        return transcoder.can(from, to);
      });
    });
  }

  void run() {
    for (const std::size_t object : order_) {
      retrieval_.look_for_cancel();
      if (retrieval_.is_interrupted()) return;
      if (means_.stop.is_raised())
        retrieval_.report(object, {Kind::lost, 0, "the daemon is going down"});
      else
        send(object);
    }
  }

 private:
  void send(std::size_t object) {
    try {
      auto outgoing = ahead_->next();
      if (!outgoing)
        return retrieval_.report(
            object, {Kind::not_accepted, 0, "its SOP class is negotiated in no syntax that it can have"});
      SubOperation operation{.message_id = ++message_id_,
                             .priority = request_.number(Field::priority).value_or(0),
                             .timeout = means_.settings.suboperation_timeout,
                             .cancels = request_.number(Field::message_id)};
      const auto outcome = store_.perform(operation, retrieval_.objects()[object], *outgoing);
      if (operation.is_cancelled) retrieval_.cancel();
      retrieval_.report(object, outcome.value_or(StoreOutcome{Kind::lost, 0, "the association is over"}));
      if (!outcome) retrieval_.end();
    } catch (const Failure& failure) {
      fail(object, failure.what);
    } catch (const std::exception& error) {
      fail(object, error.what());
    }
  }

  void fail(std::size_t object, const std::string& why) {
    retrieval_.report(object, {Kind::not_sendable, 0, why});
    // A part of it is with the peer, and there is no way to take that back.
    if (store_.is_broken()) retrieval_.end();
  }

  const RetrievalMeans& means_;
  Retrieval& retrieval_;
  const CommandSet& request_;
  StoreScu store_;
  std::vector<std::size_t> order_;
  std::optional<ReadAhead> ahead_;
  std::uint16_t message_id_ = 0;
};

}  // namespace

bool serve_c_get(const RetrievalMeans& means, MessageStream& messages, const MessageStream::Command& command,
                 const AcceptedContext& context, std::span<const Requestor::Context> accepted) {
  Retrieval retrieval(means, messages, command, context);
  if (!retrieval.receive()) return false;
  try {
    retrieval.plan({});
    Sending(means, retrieval, messages, command.set, accepted).run();
  } catch (const Failure& failure) {
    return retrieval.fail(failure);
  } catch (const dicom::Fault& fault) {
    return retrieval.fail({fault.code, message(fault)});
  }
  return retrieval.finish();
}

}  // namespace pgpacs::dimse
