#include "daemon/dimse/pdv_splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace pgpacs::dimse {
namespace {

using namespace std::string_literals;

std::string length_of(std::size_t size) {
  return {'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)};
}

std::string pdv(const std::string& value, char control = 1) {
  return length_of(value.size() + 2) + '\1' + control + value;
}

std::string pdu(char type, const std::string& body) {
  return type + "\0"s + length_of(body.size()) + body;
}

// All that can be read, `at_once` bytes at most from the peer and to the reader; then what ended it.
std::string read_all(std::string_view sent, std::size_t at_once = 1000) {
  PdvSplitter splitter;
  const auto receive = [&](void* to, std::size_t size) {
    const std::size_t count = sent.copy(static_cast<char*>(to), std::min(size, at_once));
    sent.remove_prefix(count);
    return static_cast<ssize_t>(count);
  };
  std::string all(100'000, '\0');
  std::size_t size = 0;
  for (;;) {
    const ssize_t count = splitter.read(all.data() + size, std::min(at_once, all.size() - size), receive);
    if (count > 0)
      size += static_cast<std::size_t>(count);
    else
      return all.substr(0, size) + (count == 0 ? "" : errno == EBADMSG ? "broken" : "?");
  }
}

TEST(pdv_splitter, leaves_PDUs_of_one_PDV_and_of_other_types_as_they_are) {
  const std::string sent =
      pdu(4, pdv("command", 3)) + pdu(4, pdv("")) + pdu(7, "\0\0\0\0"s) + pdu(5, "") + pdu(99, "what");
  for (const std::size_t at_once : {1, 2, 5, 6, 7, 1000}) EXPECT_EQ(read_all(sent, at_once), sent);
}

TEST(pdv_splitter, makes_a_PDU_of_each_PDV_whatever_their_lengths_are) {
  const std::string sent =
      pdu(4, pdv("a") + pdv("bcd", 3) + pdv("", 0) + pdv(std::string(700, 'e'), 2)) + pdu(5, "rest");
  const std::string expected = pdu(4, pdv("a")) + pdu(4, pdv("bcd", 3)) + pdu(4, pdv("", 0)) +
                               pdu(4, pdv(std::string(700, 'e'), 2)) + pdu(5, "rest");
  for (const std::size_t at_once : {1, 3, 6, 11, 1000}) EXPECT_EQ(read_all(sent, at_once), expected);
}

TEST(pdv_splitter, ends_where_lengths_do_not_fit) {
  const std::string first = pdu(4, pdv("a"));
  for (const std::string& body :
       {""s, "\0\0\0"s, length_of(0), length_of(1) + "\1", length_of(2) + "\1", length_of(3) + "\1\3",
        length_of(0) + "\1\3"s, length_of(1) + "\1\3"s, length_of(4) + "\1\3a", "\xFF\xFF\xFF\xFF\1\3"s,
        "\x80\0\0\0\1\3"s, "\0\1\0\0\1\3"s})
    EXPECT_EQ(read_all(first + pdu(4, body) + first), first + "broken") << body.size();
  for (const std::string& rest : {"\0"s, "\0\0\0\2\1"s, "\0\0\0\1\1\3"s, "\xFF\xFF\xFF\xFE\1\3"s})
    EXPECT_EQ(read_all(pdu(4, pdv("a") + rest) + first), first + "broken") << rest.size();
}

TEST(pdv_splitter, of_what_is_cut_gives_what_came) {
  const std::string sent = pdu(4, pdv("abc") + pdv("defg"));
  EXPECT_EQ(read_all(std::string_view(sent).substr(0, 3)), "");
  EXPECT_EQ(read_all(std::string_view(sent).substr(0, 11)), "");
  EXPECT_EQ(read_all(std::string_view(sent).substr(0, 13)), pdu(4, pdv("abc")).substr(0, 13));
  EXPECT_EQ(read_all(std::string_view(sent).substr(0, 20)), pdu(4, pdv("abc")));
}

TEST(pdv_splitter, takes_no_more_than_is_asked_for) {
  const std::string sent = pdu(4, pdv("abc") + pdv("d"));
  std::size_t taken = 0;
  const auto receive = [&](void* to, std::size_t size) {
    const std::size_t count = sent.copy(static_cast<char*>(to), size, taken);
    taken += count;
    return static_cast<ssize_t>(count);
  };
  PdvSplitter splitter;
  char bytes[100];
  EXPECT_EQ(splitter.read(bytes, 6, receive), 6);
  EXPECT_TRUE(splitter.has_some());
  EXPECT_EQ(splitter.read(bytes, 6, receive), 6);
  EXPECT_FALSE(splitter.has_some());
  EXPECT_EQ(splitter.read(bytes, 2, receive), 2);
  EXPECT_EQ(splitter.read(bytes, 100, receive), 1);
  EXPECT_EQ(taken, 15U);
}

}  // namespace
}  // namespace pgpacs::dimse
