#include "daemon/dimse/command_set.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/builder.h"

namespace pgpacs::dimse {
namespace {

using namespace std::string_literals;
using test::hex;

// C-ECHO-RQ (PS3.7 9.3.5.1)
const std::string echo = hex("0000 0000 04000000 38000000") + hex("0000 0200 12000000") +
                         "1.2.840.10008.1.1\0"s + hex("0000 0001 02000000 3000") +
                         hex("0000 1001 02000000 0700") + hex("0000 0008 02000000 0101");

std::optional<CommandSet> parse(std::string_view bytes) {
  return CommandSet::parse(dicom::as_bytes(bytes));
}

TEST(command_set, is_read_by_field) {
  const auto set = parse(echo);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->text(Field::affected_sop_class_uid), "1.2.840.10008.1.1");
  EXPECT_EQ(set->number(Field::command_field), command::c_echo_rq);
  EXPECT_EQ(set->number(Field::message_id), 7);
  EXPECT_FALSE(set->has_data_set());
  EXPECT_EQ(set->number(Field::status), std::nullopt);
  EXPECT_EQ(set->text(Field::affected_sop_instance_uid), "");
}

TEST(command_set, is_written_as_it_was_read) {
  EXPECT_EQ(parse(echo)->bytes(), echo);
}

TEST(command_set, is_written_with_its_length_and_in_ascending_order) {  // PS3.7 6.3.1
  CommandSet set;
  set.set(Field::command_data_set_type, no_data_set);
  set.set(Field::message_id, 7);
  set.set(Field::command_field, command::c_echo_rq);
  set.set(Field::affected_sop_class_uid, "1.2.840.10008.1.1");
  EXPECT_EQ(set.bytes(), echo);
  EXPECT_EQ(CommandSet().bytes(), hex("0000 0000 04000000 00000000"));
}

TEST(command_set, pads_texts_as_their_VR_wants) {
  CommandSet set;
  set.set(Field::error_comment, "odd", ' ');
  set.set(Field::affected_sop_instance_uid, "1.2");
  EXPECT_EQ(set.bytes(), hex("0000 0000 04000000 18000000 0000 0209 04000000") + "odd " +
                             hex("0000 0010 04000000") + "1.2\0"s);
}

TEST(command_set, has_a_data_set_unless_it_says_that_it_has_none) {  // PS3.7 E.1
  const auto with = [](std::uint16_t type) {
    CommandSet set;
    set.set(Field::command_data_set_type, type);
    return set.has_data_set();
  };
  EXPECT_FALSE(with(0x0101));
  for (const std::uint16_t type : {0x0000, 0x0001, 0x0102, 0xFFFF}) EXPECT_TRUE(with(type)) << type;
  EXPECT_TRUE(CommandSet().has_data_set());
}

TEST(command_set, of_nothing_is_empty) {
  EXPECT_TRUE(parse(""));
}

TEST(command_set, of_a_number_has_two_bytes) {
  for (const char* value : {"00000000", "01000000 30", "04000000 30000000", "03000000 300000"})
    EXPECT_EQ(parse(hex("0000 0001") + hex(value)).value_or(CommandSet()).number(Field::command_field),
              std::nullopt)
        << value;
}

TEST(command_set, takes_the_first_of_equal_fields) {
  EXPECT_EQ(parse(hex("0000 1001 02000000 0700 0000 1001 02000000 0800"))->number(Field::message_id), 7);
}

TEST(command_set, refuses_what_is_no_flat_group_0000) {
  const std::string others[] = {
      "x",
      echo.substr(0, echo.size() - 1),
      echo + "\0"s,
      hex("0800 1600 04000000") + "1.2\0"s,  // another group
      echo + hex("0800 1600 00000000"),
      hex("0000 0000"),                              // cut in a header
      hex("0000 0010 FFFFFFFF FEFF 00E0 FFFFFFFF"),  // a sequence
      hex("0000 0010 F0FFFFFF"),                     // past the end
      hex("0000 0010 00000000 FEFF 00E0 00000000"),  // an item
      hex("0000 0010 05000000") + "1.2\0"s,
  };
  for (const std::string& bytes : others) EXPECT_FALSE(parse(bytes));
}

TEST(command_set, is_cut_nowhere_but_between_elements) {
  int whole = 0;
  for (std::size_t size = 0; size < echo.size(); ++size) whole += parse(echo.substr(0, size)) ? 1 : 0;
  EXPECT_EQ(whole, 5);
}

TEST(command_set, is_at_most_64_KiB) {
  const auto of_size = [](std::size_t size) {
    CommandSet set;
    set.set(Field::error_comment, std::string(size - 12 - 8, 'x'), ' ');
    return set.bytes();
  };
  EXPECT_EQ(of_size(largest_command_set).size(), largest_command_set);
  EXPECT_TRUE(parse(of_size(largest_command_set)));
  EXPECT_FALSE(parse(of_size(largest_command_set + 2)));
}

TEST(command_set, of_a_response_names_the_request) {  // PS3.7 9.3.5.2
  const CommandSet response = make_response(*parse(echo), 0x0122);
  EXPECT_EQ(response.number(Field::command_field), 0x8030);
  EXPECT_EQ(response.number(Field::message_id_being_responded_to), 7);
  EXPECT_EQ(response.number(Field::message_id), std::nullopt);
  EXPECT_EQ(response.number(Field::status), 0x0122);
  EXPECT_EQ(response.text(Field::affected_sop_class_uid), "1.2.840.10008.1.1");
  EXPECT_EQ(response.text(Field::affected_sop_instance_uid), "");
  EXPECT_FALSE(response.has_data_set());
  EXPECT_EQ(response.bytes().find(hex("0000 0010")), std::string::npos);  // absent, not empty
}

TEST(command_set, answers_a_failure_with_its_words_and_the_element_that_they_name) {
  const CommandSet request = make_request(command::c_find_rq, 3);
  const CommandSet named =
      make_failure(request, dicom::FaultCode::truncated, "cut (in short), at (0020,000D)");
  EXPECT_EQ(named.number(Field::status), 0xC000);
  EXPECT_EQ(named.text(Field::error_comment), "cut (in short), at (0020,000D)");
  EXPECT_EQ(named.text(Field::offending_element), std::string_view("\x20\0\x0D", 3));
  const CommandSet unnamed = make_failure(request, dicom::FaultCode::truncated, std::string(100, 'x'));
  EXPECT_EQ(unnamed.text(Field::error_comment), std::string(64, 'x'));
  EXPECT_EQ(unnamed.text(Field::offending_element), "");
}

}  // namespace
}  // namespace pgpacs::dimse
