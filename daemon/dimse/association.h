// One association from its connection to its end, on a thread of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/db/call.h"
#include "daemon/db/gateway.h"
#include "daemon/db/remote.h"
#include "daemon/db/task.h"
#include "daemon/db/user_session.h"
#include "daemon/dimse/c_find.h"
#include "daemon/dimse/c_store.h"
#include "daemon/dimse/commitment.h"
#include "daemon/dimse/failed_logins.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/negotiation.h"
#include "daemon/dimse/places.h"
#include "daemon/dimse/quotas.h"
#include "daemon/dimse/retrieval.h"
#include "daemon/settings.h"
#include "daemon/store/file_store.h"

namespace pgpacs::dimse {

struct Services {
  const Settings& settings;
  db::ConnectionPool& query_pool;
  db::Gateway& gateway;
  store::FileStore& store;
  transcode::Transcoder& transcoder;
  const StopSignal& stop;
  Quotas& quotas;
  db::Tasks& tasks;
  db::Commitments& commitments;
  FailedLogins& failed_logins;
};

class Association {
 public:
  // Over TLS where `tls` is not null.
  Association(const Services& services, T_ASC_Network* network, Places::Place place, SSL_CTX* tls)
      : services_(services),
        network_(network),
        tls_(tls),
        watch_(services.stop, services.settings.association_timeout),
        place_(std::move(place)) {}
  ~Association();
  Association(const Association&) = delete;
  Association& operator=(const Association&) = delete;

  // Serves the connection to its end. Nothing is thrown: an exception would end the daemon.
  void serve(store::Descriptor socket) noexcept;

 private:
  bool receive(store::Descriptor socket);
  bool admit();
  bool ask_database();
  db::Caller caller() const;
  bool take_seat();
  bool identify_user();
  void log_in(const RequestedUser& user);
  void wait_for_turn();
  bool accept();
  void reject(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
              T_ASC_RejectParametersReason reason, const char* why);
  void serve_messages();

  struct Message {
    MessageStream& stream;
    const MessageStream::Command& command;
    AcceptedContext context;
  };
  // Which method serves a command, on contexts of which service. False where the association is over.
  struct Served {
    std::uint16_t command_field;
    Service service;
    bool has_data_set;
    bool (Association::*serve)(const Message& message);
  };
  static const Served served_commands[];
  bool serve_one(MessageStream& messages, const MessageStream::Command& command);
  bool serve_echo(const Message& message);
  bool serve_store(const Message& message);
  bool serve_find(const Message& message);
  bool serve_move(const Message& message);
  bool serve_get(const Message& message);
  RetrievalMeans retrieval_means() const;
  bool serve_action(const Message& message);
  bool serve_event(const Message& message);
  // Reads the data set, if one follows, forgets it, and answers.
  bool refuse(const Message& message, std::uint16_t status);
  void end(End how);
  void close() noexcept;

  const Services& services_;
  T_ASC_Network* network_;
  SSL_CTX* tls_;
  Watch watch_;
  Places::Place place_;
  PeerIdentity identity_;
  std::string calling_, called_;
  T_ASC_Association* association_ = nullptr;
  db::AssociationAnswer answer_;
  Quotas::Seat seat_;
  std::unique_ptr<db::ConnectionPool> user_session_;  // where the peer named a user
  std::optional<db::Asker> asker_;                    // whose rights queries have; nobody: they are refused
  Tally tally_;
  FindTally find_tally_;
  std::optional<Commitment> commitment_;  // once the association is accepted
};

}  // namespace pgpacs::dimse
