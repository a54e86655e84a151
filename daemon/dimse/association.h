// One association from its connection to its end, on a thread of its own.
#pragma once

#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/db/gateway.h"
#include "daemon/dimse/c_store.h"
#include "daemon/dimse/message_stream.h"
#include "daemon/settings.h"
#include "daemon/store/file_store.h"

namespace pgpacs::dimse {

struct Services {
  const Settings& settings;
  db::Gateway& gateway;
  store::FileStore& store;
};

class Association {
 public:
  Association(const Services& services, T_ASC_Network* network, std::string peer)
      : services_(services), network_(network), peer_(std::move(peer)) {}
  ~Association();
  Association(const Association&) = delete;
  Association& operator=(const Association&) = delete;

  // Serves the socket that TransportLayer::set_accepted() was given. `is_over_limit`: rejects it whatever it
  // asks for. Nothing is thrown: an exception would end the daemon.
  void serve(bool is_over_limit) noexcept;

 private:
  bool receive();
  bool admit(bool is_over_limit);
  void reject(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
              T_ASC_RejectParametersReason reason, const char* why);
  void serve_messages();
  bool serve_one(MessageStream& messages, const MessageStream::Command& command);
  void end(End how);

  const Services& services_;
  T_ASC_Network* network_;
  std::string peer_;
  std::string calling_, called_;
  T_ASC_Association* association_ = nullptr;
  Connection* connection_ = nullptr;
  db::AssociationAnswer answer_;
  Tally tally_;
};

}  // namespace pgpacs::dimse
