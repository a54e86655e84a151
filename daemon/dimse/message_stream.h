// PDVs of an association as they come, and whole commands (PS3.8 9.3.5, annex E.2). The only place that reads
// and writes P-DATA.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

#include "daemon/dimse/command_set.h"
#include "daemon/dimse/transport.h"
#include "extension/dicom/bytes.h"

namespace pgpacs::dimse {

enum class End : std::uint8_t { none, released, aborted, lost, protocol_error, stopped };

struct Pdv {
  std::uint8_t context_id = 0;
  bool is_command = false;
  bool is_last = false;
  dicom::Bytes bytes;  // valid until the next one
};

class MessageStream {
 public:
  MessageStream(T_ASC_Association* association, Watch& watch, std::chrono::seconds pdu_timeout,
                std::chrono::seconds idle_timeout)
      : association_(association), watch_(watch), pdu_timeout_(pdu_timeout), idle_timeout_(idle_timeout) {}

  struct Command {
    std::uint8_t context_id;
    CommandSet set;
  };

  // The next command. Nothing where the association is over: end() says how.
  std::optional<Command> next_command();

  // The next piece of the data set that belongs to the command; nothing where the association is over.
  std::optional<Pdv> next_data(std::uint8_t context_id);

  // False where the peer is gone.
  bool send(std::uint8_t context_id, const CommandSet& set);

  End end() const { return end_; }

 private:
  std::optional<Pdv> next();
  std::optional<Pdv> stop_at(End end) {
    end_ = end;
    return std::nullopt;
  }

  T_ASC_Association* association_;
  Watch& watch_;
  std::chrono::seconds pdu_timeout_;
  std::chrono::seconds idle_timeout_;
  End end_ = End::none;
};

}  // namespace pgpacs::dimse
