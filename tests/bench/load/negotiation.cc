#include "tests/bench/load/negotiation.h"

#include <functional>

#include "tests/bench/load/bytes.h"

namespace pgpacs::bench::negotiation {
namespace {

constexpr std::string_view application_context = "1.2.840.10008.3.1.1.1";
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view implementation_class = "2.25.198447105843098912673309143180946577012";
constexpr std::size_t fixed_part = 68;

std::string item(std::uint8_t type, std::string_view value) {
  std::string bytes{static_cast<char>(type), '\0'};
  put_big(bytes, static_cast<std::uint16_t>(value.size()));
  return bytes.append(value);
}

std::string padded(std::string_view title) {
  std::string bytes(title);
  bytes.resize(16, ' ');
  return bytes;
}

// SCP and not SCU, for a class over which the peer sends to us.
std::string role_selection(std::string_view abstract_syntax) {
  std::string value;
  put_big(value, static_cast<std::uint16_t>(abstract_syntax.size()));
  value.append(abstract_syntax).append({'\0', '\1'});
  return item(0x54, value);
}

std::string user_information(std::span<const Context> contexts = {}) {
  std::string length;
  put_big(length, largest_received);
  std::string items = item(0x51, length) + item(0x52, implementation_class);
  for (const Context& context : contexts)
    if (context.is_ours_to_serve) items += role_selection(context.abstract_syntax);
  return item(0x50, items);
}

std::string prologue(std::string_view called, std::string_view calling) {
  std::string bytes{"\0\1\0\0", 4};
  bytes.append(called).append(calling).append(32, '\0');
  return bytes + item(0x10, application_context);
}

void for_each_item(std::string_view bytes, const std::function<void(std::uint8_t, std::string_view)>& see) {
  while (bytes.size() >= 4) {
    const std::size_t length = get_big<std::uint16_t>(bytes.data() + 2);
    if (length > bytes.size() - 4) throw Broken("an item is longer than its PDU");
    see(static_cast<std::uint8_t>(bytes[0]), bytes.substr(4, length));
    bytes.remove_prefix(4 + length);
  }
}

std::string accept_context(std::string_view proposal) {
  std::string_view chosen;
  for_each_item(proposal.substr(4), [&](std::uint8_t type, std::string_view value) {
    if (type == 0x40 && (chosen.empty() || value == explicit_little)) chosen = value;
  });
  return item(0x21, std::string{proposal[0], '\0', '\0', '\0'} + item(0x40, chosen));
}

std::string_view items_of(std::string_view body) {
  if (body.size() < fixed_part) throw Broken("an A-ASSOCIATE PDU is too short");
  return body.substr(fixed_part);
}

}  // namespace

std::string make_request(const Peer& peer, std::span<const Context> contexts) {
  std::string body = prologue(padded(peer.called), padded(peer.calling));
  std::uint8_t id = 1;
  for (const Context& context : contexts) {
    body += item(0x20, std::string{static_cast<char>(id), '\0', '\0', '\0'} +
                           item(0x30, context.abstract_syntax) + item(0x40, context.transfer_syntax));
    id = static_cast<std::uint8_t>(id + 2);
  }
  return body + user_information(contexts);
}

std::string make_answer(std::string_view request) {
  const std::string_view items = items_of(request);
  std::string body = prologue(request.substr(4, 16), request.substr(20, 16));
  for_each_item(items, [&](std::uint8_t type, std::string_view value) {
    if (type == 0x20) body += accept_context(value);
  });
  return body + user_information();
}

Answer read_answer(std::string_view body) {
  Answer answer;
  for_each_item(items_of(body), [&](std::uint8_t type, std::string_view value) {
    if (type == 0x21 && value.size() >= 4 && value[2] == 0) ++answer.accepted;
  });
  answer.largest_pdu = read_largest_pdu(body);
  return answer;
}

std::size_t read_largest_pdu(std::string_view body) {
  std::size_t largest = 0;
  for_each_item(items_of(body), [&](std::uint8_t type, std::string_view value) {
    if (type != 0x50) return;
    for_each_item(value, [&](std::uint8_t inner, std::string_view length) {
      if (inner == 0x51 && length.size() == 4) largest = get_big<std::uint32_t>(length.data());
    });
  });
  // 0: no limit (PS3.8 D.1).
  return largest == 0 ? largest_received : std::min<std::size_t>(largest, largest_received);
}

}  // namespace pgpacs::bench::negotiation
