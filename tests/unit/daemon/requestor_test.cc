#include "daemon/dimse/requestor.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "daemon/fault.h"
#include "daemon/store/file_store.h"

namespace pgpacs::dimse {
namespace {

using namespace std::string_literals;

const std::string verification = "1.2.840.10008.1.1";
const std::string implicit = "1.2.840.10008.1.2", explicit_little = "1.2.840.10008.1.2.1";

std::string number(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string item(char type, const std::string& content) {
  return type + "\0"s + number(content.size()) + content;
}

// PS3.8 9.3.3.2. Result 0: acceptance.
std::string answer(char id, const std::string& syntax, char result = 0) {
  return item(0x21, std::string{id, 0, result, 0} + item(0x40, syntax));
}

// A-ASSOCIATE-AC (PS3.8 9.3.3)
std::string acceptance(const std::string& answers) {
  const std::string body = "\0\1\0\0"s + "PEER            PGPACS          " + std::string(32, '\0') +
                           item(0x10, "1.2.840.10008.3.1.1.1") + answers +
                           item(0x50, item(0x51, "\0\0\x40\0"s) + item(0x52, "1.2.3.4"));
  return "\2\0\0\0"s + number(body.size()) + body;
}

// Answers one A-ASSOCIATE-RQ with these bytes and goes when it is told more.
class Peer {
 public:
  explicit Peer(std::string reply) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), generic, size), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener_.get(), generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, reply = std::move(reply)] { serve(reply); });
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve(const std::string& reply) const {
    const store::Descriptor peer(::accept(listener_.get(), nullptr, nullptr));
    std::string bytes(65536, '\0');
    if (::recv(peer.get(), bytes.data(), bytes.size(), 0) <= 0) return;
    ::send(peer.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
    ::recv(peer.get(), bytes.data(), bytes.size(), 0);  // the A-ABORT
  }

  store::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

// The contexts that may be used after this answer to two proposals: 1 of both syntaxes, 3 of the implicit
// one.
std::string usable_after(const std::string& answers) {
  const Peer peer(acceptance(answers));
  const Settings settings;
  const StopSignal stop;
  const std::vector<Proposal> proposals{{verification, {explicit_little, implicit}},
                                        {"1.2.840.10008.5.1.4.1.1.2", {implicit}}};
  const Requestor requestor(settings, stop, "PGPACS", {"PEER", "127.0.0.1", peer.port(), false, {}},
                            proposals);
  std::string usable;
  for (const Requestor::Context& context : requestor.contexts())
    usable += std::to_string(context.id) + " " + context.transfer_syntax + ";";
  return usable;
}

TEST(requestor, uses_the_contexts_that_the_peer_accepts) {
  EXPECT_EQ(usable_after(answer(1, explicit_little) + answer(3, implicit)),
            "1 1.2.840.10008.1.2.1;3 1.2.840.10008.1.2;");
  EXPECT_EQ(usable_after(answer(3, implicit) + answer(1, implicit)),
            "1 1.2.840.10008.1.2;3 1.2.840.10008.1.2;");
}

TEST(requestor, uses_none_that_is_rejected) {
  EXPECT_EQ(usable_after(answer(1, explicit_little, 4) + answer(3, implicit)), "3 1.2.840.10008.1.2;");
  EXPECT_EQ(usable_after(answer(1, explicit_little, 3)), "");
}

TEST(requestor, uses_none_in_a_syntax_that_was_not_proposed_for_it) {
  for (const std::string& syntax :
       {"1.2.840.10008.1.2.4.50"s, "1.2.840.10008.1.2.1.99"s, "1.2.840.10008.1.2.2"s, verification,
        "1.2.840.10008.1.2.1 "s, "1.2.840.10008.1.2.10"s, "x"s, ""s, std::string(64, '1')})
    EXPECT_EQ(usable_after(answer(1, syntax) + answer(3, implicit)), "3 1.2.840.10008.1.2;") << syntax;
  EXPECT_EQ(usable_after(answer(1, implicit) + answer(3, explicit_little)), "1 1.2.840.10008.1.2;");
}

TEST(requestor, uses_none_that_was_not_proposed) {
  for (const char id : {'\0', '\2', '\4', '\5', '\x7f', '\xff'})
    EXPECT_EQ(usable_after(answer(id, implicit) + answer(3, implicit)), "3 1.2.840.10008.1.2;")
        << static_cast<int>(id);
}

TEST(requestor, uses_a_context_once_however_often_it_is_answered) {
  EXPECT_EQ(usable_after(answer(3, implicit) + answer(3, implicit)), "3 1.2.840.10008.1.2;");
  EXPECT_EQ(usable_after(answer(3, implicit) + answer(3, "1.2.3")), "");
}

}  // namespace
}  // namespace pgpacs::dimse
