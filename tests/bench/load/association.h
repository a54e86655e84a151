// An association over a socket (PS3.8 section 9), as requestor or acceptor. Written for speed: whole messages
// go out with one call, data sets come in where they shall lie.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/command.h"
#include "tests/bench/load/socket.h"

namespace pgpacs::bench {

struct Peer {
  std::string host = "127.0.0.1";
  std::uint16_t port = 11112;
  std::string called = "PGPACS";
  std::string calling = "STORESCU";
};

struct Context {
  std::string abstract_syntax;
  std::string transfer_syntax;
  bool is_ours_to_serve = false;  // the peer sends over it: SCP role of ours (PS3.7 D.3.3.4)
};

class Association {
 public:
  // Throws Broken where the peer rejects it or one of the contexts. Context i has the id 2 i + 1.
  static Association request(const Peer& peer, std::span<const Context> contexts);

  // Answers whoever connected: every context, with explicit VR little endian where it is proposed.
  static Association accept(Socket socket);

  // A command and the data set that follows it, if any, given in pieces that lie one after the other.
  void send(std::uint8_t context_id, const Command& command, std::span<const std::string_view> data_set = {});

  // The next command. False where the peer released the association; that is answered.
  bool receive(Command& command, std::uint8_t& context_id);
  void receive_data_set(std::string& data_set);

  void release();
  void abort();

 private:
  explicit Association(Socket socket) : socket_(std::move(socket)) {}

  struct Fragment {
    std::uint8_t context_id;
    bool is_last;
  };

  std::string read_pdu(std::uint8_t& type);
  void write_pdu(std::uint8_t type, std::string_view body);
  bool append_fragment(std::string& to, Fragment& fragment);

  Socket socket_;
  std::size_t largest_sent_ = 16384;  // what the peer takes in one PDU
  std::size_t left_in_pdu_ = 0;
};

}  // namespace pgpacs::bench
