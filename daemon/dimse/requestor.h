// An association that we ask another AE for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/dimse/message_stream.h"
#include "daemon/dimse/transport.h"
#include "daemon/settings.h"

namespace pgpacs::dimse {

struct Peer {
  std::string ae_title, address;
  std::uint16_t port = 0;
  bool uses_tls = false;           // with a certificate that tls-ca vouches for
  std::string certificate_sha256;  // 32 bytes, of the only one that will do; empty: any
};

// A presentation context to propose; at most 128 in one association (PS3.8 9.3.2.2).
struct Proposal {
  std::string abstract_syntax;
  std::vector<std::string> transfer_syntaxes;
  bool is_scp = false;  // whether we are the provider of this SOP class (PS3.7 D.3.3.4)
};

class Requestor {
 public:
  // Connects and negotiates. Throws Failure (peer_unreachable) where the peer is away, rejects us or takes
  // too long; the words name its AE title and address.
  Requestor(const Settings& settings, const StopSignal& stop, const std::string& calling, const Peer& peer,
            std::span<const Proposal> proposals);
  ~Requestor();  // aborts what was not released
  Requestor(const Requestor&) = delete;
  Requestor& operator=(const Requestor&) = delete;

  struct Context {
    std::uint8_t id;
    std::string abstract_syntax, transfer_syntax;
  };
  // Those that the peer accepted, in a transfer syntax that we have proposed for them.
  const std::vector<Context>& contexts() const { return contexts_; }
  std::optional<Context> find(std::string_view abstract_syntax) const;
  std::optional<Context> find(std::string_view abstract_syntax, std::string_view transfer_syntax) const;

  MessageStream& messages() { return *messages_; }
  // What ends the waiting for this peer before its time (Watch::set_interruption).
  void set_interruption(std::function<bool()> is_interrupted) {
    watch_.set_interruption(std::move(is_interrupted));
  }
  std::uint16_t next_message_id() { return ++message_id_; }

  // The orderly end (PS3.8 7.2). False where the peer did not answer in time.
  bool release();

 private:
  void propose(T_ASC_Parameters* parameters, std::span<const Proposal> proposals) const;
  void read_contexts(std::span<const Proposal> proposals);

  Watch watch_;
  T_ASC_Association* association_ = nullptr;
  std::vector<Context> contexts_;
  std::optional<MessageStream> messages_;
  std::uint16_t message_id_ = 0;
};

}  // namespace pgpacs::dimse
