#include "tests/bench/load/association.h"

#include "tests/bench/load/bytes.h"
#include "tests/bench/load/negotiation.h"

namespace pgpacs::bench {
namespace {

enum PduType : std::uint8_t {
  associate_rq = 1,
  associate_ac = 2,
  associate_rj = 3,
  p_data = 4,
  release_rq = 5,
  release_rp = 6,
  abort_pdu = 7
};

constexpr std::size_t pdv_header = 6;

// Headers of a PDU and of the one PDV in it.
std::string p_data_header(std::size_t size, std::uint8_t context_id, bool is_command, bool is_last) {
  std::string bytes{'\4', '\0'};
  put_big(bytes, static_cast<std::uint32_t>(size + pdv_header));
  put_big(bytes, static_cast<std::uint32_t>(size + 2));
  bytes += static_cast<char>(context_id);
  bytes += static_cast<char>((is_command ? 1 : 0) | (is_last ? 2 : 0));
  return bytes;
}

iovec as_iovec(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

Association Association::request(const Peer& peer, std::span<const Context> contexts) {
  Association made(Socket::connect(peer.host, peer.port));
  made.write_pdu(associate_rq, negotiation::make_request(peer, contexts));
  std::uint8_t type = 0;
  const std::string body = made.read_pdu(type);
  if (type == associate_rj && body.size() == 4)
    throw Broken("rejected, reason " + std::to_string(static_cast<unsigned char>(body[3])));
  if (type != associate_ac) throw Broken("no answer to A-ASSOCIATE-RQ");
  const negotiation::Answer answer = negotiation::read_answer(body);
  if (answer.accepted != contexts.size()) throw Broken("a presentation context was refused");
  made.largest_sent_ = answer.largest_pdu;
  return made;
}

Association Association::accept(Socket socket) {
  Association made(std::move(socket));
  std::uint8_t type = 0;
  const std::string request = made.read_pdu(type);
  if (type != associate_rq) throw Broken("no A-ASSOCIATE-RQ");
  made.largest_sent_ = negotiation::read_largest_pdu(request);
  made.write_pdu(associate_ac, negotiation::make_answer(request));
  return made;
}

void Association::send(std::uint8_t context_id, const Command& command,
                       std::span<const std::string_view> data_set) {
  const std::string bytes = command.bytes();
  const std::size_t largest = largest_sent_ - pdv_header;
  std::size_t left = 0;
  for (const std::string_view piece : data_set) left += piece.size();
  std::vector<std::string> headers;
  headers.reserve(2 + left / largest);
  std::vector<iovec> out;
  headers.push_back(p_data_header(bytes.size(), context_id, true, true));
  out.push_back(as_iovec(headers.back()));
  out.push_back(as_iovec(bytes));
  std::size_t room = 0;
  for (std::string_view piece : data_set) {
    while (!piece.empty()) {
      if (room == 0) {
        room = std::min(left, largest);
        headers.push_back(p_data_header(room, context_id, false, room == left));
        out.push_back(as_iovec(headers.back()));
        left -= room;
      }
      const std::size_t size = std::min(room, piece.size());
      out.push_back(as_iovec(piece.substr(0, size)));
      piece.remove_prefix(size);
      room -= size;
    }
  }
  socket_.write(out);
}

bool Association::receive(Command& command, std::uint8_t& context_id) {
  std::string bytes;
  Fragment fragment{};
  do {
    if (!append_fragment(bytes, fragment)) return false;
  } while (!fragment.is_last);
  context_id = fragment.context_id;
  command = Command(bytes);
  return true;
}

void Association::receive_data_set(std::string& data_set) {
  data_set.clear();
  Fragment fragment{};
  do {
    if (!append_fragment(data_set, fragment)) throw Broken("released inside a message");
  } while (!fragment.is_last);
}

void Association::release() {
  write_pdu(release_rq, std::string_view("\0\0\0\0", 4));
  std::uint8_t type = 0;
  read_pdu(type);
  if (type != release_rp) throw Broken("no answer to A-RELEASE-RQ");
}

void Association::abort() {
  write_pdu(abort_pdu, std::string_view("\0\0\0\0", 4));
}

std::string Association::read_pdu(std::uint8_t& type) {
  char head[6];
  socket_.read(head, sizeof head);
  type = static_cast<std::uint8_t>(head[0]);
  const auto length = get_big<std::uint32_t>(head + 2);
  if (length > negotiation::largest_received) throw Broken("a PDU is larger than agreed");
  std::string body(length, '\0');
  socket_.read(body.data(), body.size());
  return body;
}

void Association::write_pdu(std::uint8_t type, std::string_view body) {
  std::string bytes{static_cast<char>(type), '\0'};
  put_big(bytes, static_cast<std::uint32_t>(body.size()));
  bytes += body;
  iovec one[] = {as_iovec(bytes)};
  socket_.write(one);
}

// One PDV. False where the peer asked for release instead.
bool Association::append_fragment(std::string& to, Fragment& fragment) {
  char head[6];
  if (left_in_pdu_ == 0) {
    socket_.read(head, sizeof head);
    left_in_pdu_ = get_big<std::uint32_t>(head + 2);
    if (head[0] == release_rq) {
      socket_.read(head, 4);
      write_pdu(release_rp, std::string_view("\0\0\0\0", 4));
      return false;
    }
    if (head[0] != p_data) throw Broken(head[0] == abort_pdu ? "aborted by the peer" : "a PDU out of place");
  }
  socket_.read(head, sizeof head);
  const std::size_t length = get_big<std::uint32_t>(head);
  if (length < 2 || length + 4 > left_in_pdu_) throw Broken("a PDV does not fit into its PDU");
  left_in_pdu_ -= length + 4;
  fragment = {static_cast<std::uint8_t>(head[4]), (head[5] & 2) != 0};
  const std::size_t at = to.size();
  to.resize(at + length - 2);
  socket_.read(to.data() + at, length - 2);
  return true;
}

}  // namespace pgpacs::bench
