#include "daemon/dimse/c_move.h"

#include "daemon/dimse/sender.h"

namespace pgpacs::dimse {
namespace {

void send(const RetrievalMeans& means, Retrieval& retrieval, const CommandSet& request,
          const db::Destination& to) {
  const Sender::Means sending{means.settings, means.stop, means.source};
  Sender sender(sending,
                {.calling = means.called,
                 .peer = {to.ae_title, to.address, to.port, to.uses_tls, to.certificate_sha256},
                 .transfer_syntaxes = to.transfer_syntaxes,
                 .originator = Originator{means.calling, request.number(Field::message_id).value_or(0)},
                 .priority = request.number(Field::priority).value_or(0)});
  sender.send(
      retrieval.objects(),
      [&](std::size_t object, const StoreOutcome& outcome) { retrieval.report(object, outcome); },
      [&] {
        retrieval.look_for_cancel();
        return retrieval.is_interrupted();
      });
}

}  // namespace

bool serve_c_move(const RetrievalMeans& means, MessageStream& messages, const MessageStream::Command& command,
                  const AcceptedContext& context) {
  Retrieval retrieval(means, messages, command, context);
  if (!retrieval.receive()) return false;
  try {
    const db::Destination to =
        means.gateway.find_destination(std::string(command.set.text(Field::move_destination)));
    retrieval.plan(to.ae_title);
    send(means, retrieval, command.set, to);
  } catch (const Failure& failure) {
    return retrieval.fail(failure);
  } catch (const dicom::Fault& fault) {
    return retrieval.fail({fault.code, message(fault)});
  }
  return retrieval.finish();
}

}  // namespace pgpacs::dimse
