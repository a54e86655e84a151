// PDVs of an association as they come, and whole commands (PS3.8 9.3.5, annex E.2). The only place that reads
// and writes P-DATA.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dul.h>

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

  // What is written may wait for the peer so long, where that is less than the time for a PDU.
  void set_write_limit(std::chrono::steady_clock::duration most) { write_limit_ = most; }

  // Of an operation that the other side may think about for long.
  void set_idle_timeout(std::chrono::seconds timeout) { idle_timeout_ = timeout; }

  struct Command {
    std::uint8_t context_id;
    CommandSet set;
  };

  // The next command. Nothing where the association is over: end() says how.
  std::optional<Command> next_command() { return next_command(idle_timeout_); }
  // The same, but it must begin within this time: an answer is waited for.
  std::optional<Command> next_command(std::chrono::seconds within);

  // Whether a command has begun to come within this time; the association goes on where none has.
  bool awaits_command(std::chrono::seconds within);

  // The next piece of the data set that belongs to the command; nothing where the association is over.
  std::optional<Pdv> next_data(std::uint8_t context_id);

  // The whole data set that belongs to the command: of an identifier and the like. What goes beyond `limit`
  // is read and forgotten, and is_too_large says so. Nothing where the association is over.
  struct Data {
    std::string bytes;
    bool is_too_large = false;
  };
  std::optional<Data> read_data(std::uint8_t context_id, std::size_t limit);

  // False where the peer is gone. With `more`, it may wait to go in one write with what is sent next.
  enum class More : bool { none, follows };
  bool send(std::uint8_t context_id, const CommandSet& set, More more = More::none);
  // A command and its data set, whole, of the association's transfer syntax.
  bool send(std::uint8_t context_id, const CommandSet& set, dicom::Bytes data, More more = More::none);
  // One piece of a data set that begins with send(…, More::follows) of its command. No piece is larger than
  // piece_size().
  bool send_piece(std::uint8_t context_id, dicom::Bytes piece, bool is_last, More more = More::none);
  std::size_t piece_size() const;

  // Whether a C-CANCEL-RQ for the message has come (PS3.7 9.3.2.3); does not wait. `over` where the
  // association ended instead, or another command came: operations are synchronous here (PS3.7 D.3.3.3).
  enum class Interruption : std::uint8_t { none, cancelled, over };
  Interruption look_for_cancel(std::uint16_t message_id);

  End end() const { return end_; }

 private:
  bool write(std::uint8_t context_id, bool is_command, dicom::Bytes bytes, bool is_last, More more);
  std::optional<Pdv> next();
  std::optional<Pdv> stop_at(End end) {
    end_ = end;
    return std::nullopt;
  }

  T_ASC_Association* association_;
  Watch& watch_;
  std::chrono::seconds pdu_timeout_;
  std::chrono::seconds idle_timeout_;
  std::chrono::steady_clock::duration write_limit_ = std::chrono::steady_clock::duration::max();
  End end_ = End::none;
  std::optional<DUL_PDV> unread_;  // looked at by awaits_command
};

}  // namespace pgpacs::dimse
