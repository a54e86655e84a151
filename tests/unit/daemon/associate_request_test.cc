#include "daemon/dimse/associate_request.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pgpacs::dimse {
namespace {

using namespace std::string_literals;

std::string number(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string item(char type, const std::string& content) {
  return type + "\0"s + number(content.size()) + content;
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

const std::string fixed = "\0\1\0\0"s + "PGPACS          STORESCU        " + std::string(32, '\0');
const std::string application = item(0x10, "1.2.840.10008.3.1.1.1");
const std::string abstract_syntax = item(0x30, "1.2.840.10008.1.1"), syntax = item(0x40, "1.2.840.10008.1.2");
const std::string maximum = item(0x51, "\0\2\0\0"s), class_uid = item(0x52, "1.2.3.4");

std::string context(const std::string& items) {
  return item(0x20, "\1\0\0\0"s + items);
}
const std::string contexts = context(abstract_syntax + syntax);

bool is_request(const std::string& body) {
  return is_associate_request(dicom::as_bytes(body));
}
bool is_request_of_context(const std::string& items) {
  return is_request(fixed + application + context(items) + item(0x50, maximum));
}
bool is_request_of_user(const std::string& items) {
  return is_request(fixed + application + contexts + item(0x50, items));
}

TEST(associate_request, is_what_a_sender_sends) {
  EXPECT_TRUE(is_request(fixed + application + contexts + item(0x50, maximum + class_uid)));
  EXPECT_TRUE(is_request_of_context(abstract_syntax + repeat(syntax, most_transfer_syntaxes)));
  EXPECT_TRUE(is_request(fixed + application + repeat(contexts, most_presentation_contexts) +
                         item(0x50, maximum + class_uid + item(0x55, "SENDER"))));
}

TEST(associate_request, may_have_items_that_nobody_knows) {  // PS3.8 9.3.1
  EXPECT_TRUE(is_request(fixed + item(0x77, "x") + application + contexts + item(0x50, item(0x57, "xyz")) +
                         item(0x7F, "")));
  EXPECT_TRUE(is_request_of_context(item(0x31, "?") + abstract_syntax + syntax));
}

TEST(associate_request, may_negotiate) {  // PS3.7 D.3.3
  const std::string role = item(0x54, number(7) + "1.2.3.4" + "\1\0"s);
  const std::string extended = item(0x56, number(7) + "1.2.3.4" + "\1\1\1"s);
  EXPECT_TRUE(is_request_of_user(maximum + class_uid + item(0x53, "\0\1\0\1"s) + repeat(role, 100) +
                                 repeat(extended, 100)));
  for (const std::string& bad : {"\0"s, "\0\7\0\0"s, "\0\0\1"s, "\0\1\1\0"s})
    EXPECT_FALSE(is_request_of_user(item(0x54, bad)));
  EXPECT_FALSE(is_request_of_user(item(0x54, number(65) + std::string(65, '1') + "\1\0"s)));
  EXPECT_FALSE(is_request_of_user(item(0x54, number(7) + "1.2.3.4" + "\1\0\0"s)));
  EXPECT_FALSE(is_request_of_user(item(0x56, "\0"s)));
  EXPECT_FALSE(is_request_of_user(item(0x56, number(8) + "1.2.3.4")));
}

TEST(associate_request, may_say_who_the_user_is_once) {
  const std::string name = item(0x58, "\1\0"s + number(4) + "name" + number(0));
  const std::string password = item(0x58, "\2\0"s + number(4) + "name" + number(6) + "secret");
  EXPECT_TRUE(is_request_of_user(maximum + name));
  EXPECT_TRUE(is_request_of_user(maximum + password));
  EXPECT_FALSE(is_request_of_user(maximum + name + name));
  EXPECT_FALSE(is_request_of_user(item(0x58, "\1\0"s + number(4) + "name" + number(6) + "secret")));
  EXPECT_FALSE(is_request_of_user(item(0x58, "\2\0"s + number(4) + "name" + number(5) + "secret")));
  EXPECT_FALSE(is_request_of_user(item(0x58, "\2\0"s + number(5) + "name" + number(0))));
  EXPECT_FALSE(is_request_of_user(item(0x58, "\1\0\0\0\0"s)));
  EXPECT_FALSE(is_request_of_user(item(0x59, number(0))));
}

TEST(associate_request, has_each_single_item_once) {
  const std::string user = item(0x50, maximum);
  EXPECT_FALSE(is_request(fixed + contexts + user));
  EXPECT_FALSE(is_request(fixed + application + application + contexts + user));
  EXPECT_FALSE(is_request(fixed + application + user));
  EXPECT_FALSE(is_request(fixed + application + contexts));
  EXPECT_FALSE(is_request(fixed + application + contexts + user + user));
  for (const std::string& one : {maximum, class_uid, item(0x53, "\0\1\0\1"s), item(0x55, "SENDER")})
    EXPECT_FALSE(is_request_of_user(one + one));
}

TEST(associate_request, has_contexts_of_one_abstract_syntax_and_some_transfer_syntaxes) {
  EXPECT_FALSE(is_request_of_context(""));
  EXPECT_FALSE(is_request_of_context(abstract_syntax));
  EXPECT_FALSE(is_request_of_context(syntax));
  EXPECT_FALSE(is_request_of_context(abstract_syntax + abstract_syntax + syntax));
  EXPECT_FALSE(is_request_of_context(abstract_syntax + repeat(syntax, most_transfer_syntaxes + 1)));
  EXPECT_FALSE(is_request(fixed + application + repeat(contexts, most_presentation_contexts + 1) +
                          item(0x50, maximum)));
  EXPECT_FALSE(is_request(fixed + application + item(0x20, "\1\0\0"s) + item(0x50, maximum)));
  EXPECT_FALSE(
      is_request(fixed + application + contexts + item(0x21, "\1\0\0\0"s + syntax) + item(0x50, maximum)));
}

TEST(associate_request, has_UIDs_of_at_most_64_characters) {
  EXPECT_TRUE(is_request_of_context(abstract_syntax + item(0x40, std::string(64, '1'))));
  for (const std::string& uid : {""s, std::string(65, '1')}) {
    EXPECT_FALSE(is_request_of_context(abstract_syntax + item(0x40, uid)));
    EXPECT_FALSE(is_request_of_context(item(0x30, uid) + syntax));
    EXPECT_FALSE(is_request(fixed + item(0x10, uid) + contexts + item(0x50, maximum)));
  }
  EXPECT_FALSE(is_request_of_user(item(0x52, std::string(65, '1'))));
  EXPECT_FALSE(is_request_of_user(item(0x51, "\0\2\0"s)));
}

// What made DCMTK lose 1.5 MB: the list of a context that it gives up is not freed.
TEST(associate_request, of_empty_syntaxes_with_a_false_last_length_is_none) {
  const std::string empty = repeat(item(0x40, ""), 16380);
  EXPECT_FALSE(is_request_of_context(empty + "\x40\0\0\1"s));
  EXPECT_FALSE(is_request_of_context(abstract_syntax + syntax + "\x40\0\0\1"s));
}

TEST(associate_request, is_at_most_256_KiB) {
  const std::string one = fixed + application + contexts + item(0x50, maximum);
  const auto of_size = [&](std::size_t size) {
    std::string body = one;
    while (size - body.size() > 70000) body += item(0x77, std::string(60000, 'x'));
    body += item(0x77, std::string((size - body.size()) / 2 - 4, 'x'));
    return body + item(0x77, std::string(size - body.size() - 4, 'x'));
  };
  EXPECT_TRUE(is_request(of_size(largest_associate_request)));
  EXPECT_FALSE(is_request(of_size(largest_associate_request + 1)));
}

const std::string rich =
    fixed + application + contexts +
    item(0x50, maximum + item(0x54, number(7) + "1.2.3.4\1\1") + item(0x56, number(7) + "1.2.3.4\1") +
                   item(0x58, "\2\0"s + number(1) + "u" + number(1) + "p"));

TEST(associate_request, is_cut_nowhere) {
  ASSERT_TRUE(is_request(rich));
  for (std::size_t size = 0; size < rich.size(); ++size)
    EXPECT_FALSE(is_request(rich.substr(0, size))) << size;
}

TEST(associate_request, of_other_bytes_is_read_within_its_bounds) {  // the sanitizers watch
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string body = rich;
    for (int i = 0; i < 3; ++i) body[68 + random() % (body.size() - 68)] = static_cast<char>(random());
    body.shrink_to_fit();
    is_request(body);
  }
}

bool is_answer(const std::string& body) {
  return is_associate_answer(dicom::as_bytes(fixed + application + body));
}

TEST(associate_answer, is_what_an_acceptor_sends) {  // PS3.8 9.3.3
  const std::string accepted = item(0x21, "\1\0\0\0"s + syntax), user = item(0x50, maximum + class_uid);
  EXPECT_TRUE(is_answer(accepted + user));
  EXPECT_TRUE(is_answer(repeat(accepted, most_presentation_contexts) + user));
  EXPECT_TRUE(is_answer(item(0x21, "\1\0\3\0"s) + item(0x21, "\3\0\4\0"s + item(0x40, "")) + user));
  EXPECT_TRUE(is_answer(accepted + item(0x50, maximum + item(0x59, number(4) + "name") + item(0x7F, ""))));
}

TEST(associate_answer, has_lengths_that_add_up) {
  const std::string accepted = item(0x21, "\1\0\0\0"s + syntax), user = item(0x50, maximum + class_uid);
  EXPECT_FALSE(is_answer(accepted + user + "\1"));
  EXPECT_FALSE(is_answer(item(0x21, "\1\0\0\0"s + repeat(item(0x40, ""), 16380) + "\x40\0\0\1"s) + user));
  EXPECT_FALSE(is_answer(item(0x21, "\1\0\0\0"s + syntax + syntax) + user));
  EXPECT_FALSE(is_answer(item(0x21, "\1\0\0\0"s + item(0x40, std::string(65, '1'))) + user));
  EXPECT_FALSE(is_answer(item(0x21, "\1\0\0"s) + user));
  EXPECT_FALSE(is_answer(repeat(accepted, most_presentation_contexts + 1) + user));
  EXPECT_FALSE(is_answer(contexts + user));
  EXPECT_FALSE(is_answer(accepted + user + user));
  for (const std::string& bad :
       {item(0x59, number(5) + "name"), item(0x59, ""), item(0x58, "\1\0\0\0\0\0"s), maximum + maximum,
        item(0x52, std::string(65, '1')), item(0x54, "\xFF\xFF"s), item(0x56, "\xFF\xFF"s)})
    EXPECT_FALSE(is_answer(accepted + item(0x50, bad)));
}

}  // namespace
}  // namespace pgpacs::dimse
