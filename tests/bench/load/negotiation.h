// Bodies of A-ASSOCIATE-RQ and A-ASSOCIATE-AC (PS3.8 9.3.2, 9.3.3).
#pragma once

#include <string>
#include <string_view>

#include "tests/bench/load/association.h"

namespace pgpacs::bench::negotiation {

inline constexpr std::uint32_t largest_received = 131072;

std::string make_request(const Peer& peer, std::span<const Context> contexts);
std::string make_answer(std::string_view request);

struct Answer {
  std::size_t accepted = 0;  // presentation contexts
  std::size_t largest_pdu = 16384;
};
Answer read_answer(std::string_view body);
std::size_t read_largest_pdu(std::string_view body);

}  // namespace pgpacs::bench::negotiation
