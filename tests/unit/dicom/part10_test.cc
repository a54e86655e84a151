#include "extension/dicom/part10.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

constexpr char implicit_uid[] = "1.2.840.10008.1.2";
constexpr char explicit_uid[] = "1.2.840.10008.1.2.1";
constexpr char deflated_uid[] = "1.2.840.10008.1.2.1.99";
constexpr char big_uid[] = "1.2.840.10008.1.2.2";
constexpr char jpeg_uid[] = "1.2.840.10008.1.2.4.50";

const std::string guessed = ", guessed_syntax 00020010";

const DataSet content = {text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"), text(0x00100020, "LO", "4711")};

DataSet meta(std::string_view syntax_uid) {
  return {value(0x00020001, "OB", hex("0001")), text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.2"),
          text(0x00020003, "UI", "1.2.3.4"),    text(0x00020010, "UI", syntax_uid),
          text(0x00020012, "UI", "1.2.3"),      text(0x00020100, "UI", "1.2.9"),
          value(0x00020102, "OB", "privates")};
}

// "at 340: implicit 1.2.840.10008.1.2", with the defects behind it; or the fault.
std::string find(std::string_view bytes, std::string_view named = {}) {
  std::string out;
  const std::string fault = fault_in([&] {
    Defects defects;
    const FileLayout layout = find_data_set(as_bytes(bytes), named, defects);
    out = "at " + std::to_string(layout.data_set_at) + ":";
    if (!layout.syntax.is_explicit) out += " implicit";
    if (layout.syntax.is_big_endian) out += " big";
    if (layout.syntax.is_deflated) out += " deflated";
    if (layout.syntax.is_encapsulated) out += " encapsulated";
    out.append(" ").append(layout.transfer_syntax_uid);
    if (const std::string found = list(defects); !found.empty()) out += ", " + found;
  });
  return fault.empty() ? out : fault;
}

std::string at(std::size_t place, std::string_view rest) {
  return "at " + std::to_string(place) + ":" + std::string(rest);
}

TEST(part10, finds_the_data_set_behind_the_file_meta_information) {
  const struct {
    const char* uid;
    Encoding encoding;
    std::string expected;
  } facts[] = {{implicit_uid, implicit_little, " implicit 1.2.840.10008.1.2"},
               {explicit_uid, explicit_little, " 1.2.840.10008.1.2.1"},
               {big_uid, explicit_big, " big 1.2.840.10008.1.2.2"},
               {jpeg_uid, explicit_little, " encapsulated 1.2.840.10008.1.2.4.50"}};
  for (const auto& fact : facts) {
    const std::string bytes = file(meta(fact.uid), encode(content, fact.encoding));
    const std::size_t place = bytes.size() - encode(content, fact.encoding).size();
    EXPECT_EQ(find(bytes), at(place, fact.expected));
    EXPECT_EQ(find(bytes, "1.2.840.10008.1.2.4.90"), at(place, fact.expected));  // the file knows better
    EXPECT_EQ(find(bytes.substr(132)), at(place - 132, fact.expected));  // without preamble and prefix
  }
  EXPECT_EQ(find(file(meta(deflated_uid), "deflated")),
            at(file(meta(deflated_uid), "").size(), " deflated "s + deflated_uid));
}

TEST(part10, gives_the_UIDs_of_the_file_meta_information) {
  const std::string bytes = file(meta(explicit_uid), encode(content));
  Defects defects;
  const FileLayout layout = find_data_set(as_bytes(bytes), {}, defects);
  EXPECT_EQ(layout.media_storage_sop_class_uid, "1.2.840.10008.5.1.4.1.1.2");
  EXPECT_EQ(layout.transfer_syntax_uid, explicit_uid);
}

TEST(part10, does_not_believe_the_group_length) {
  const std::string group = encode(meta(explicit_uid)), body = encode(content);
  for (const std::uint32_t lie :
       {0u, 4u, static_cast<std::uint32_t>(group.size() - 2), 100000u, 0xFFFFFFFFu}) {
    const std::string head =
        std::string(128, '\0') + "DICM" + encode({numbers(0x00020000, "UL", {lie})}) + group;
    EXPECT_EQ(find(head + body), at(head.size(), " 1.2.840.10008.1.2.1")) << lie;
  }
  const std::string without = std::string(128, '\0') + "DICM" + group;
  EXPECT_EQ(find(without + body), at(without.size(), " 1.2.840.10008.1.2.1"));
}

TEST(part10, reads_file_meta_information_in_implicit_VR) {
  const std::string head = std::string(128, 'x') + "DICM" + encode(meta(implicit_uid), implicit_little);
  EXPECT_EQ(find(head + encode(content, implicit_little)), at(head.size(), " implicit 1.2.840.10008.1.2"));
}

TEST(part10, is_cut_where_the_file_meta_information_is) {
  const std::string bytes = file(meta(explicit_uid), "");
  for (const std::size_t size : {bytes.size() - 1, bytes.size() - 3, std::size_t{132 + 12 + 13}})
    EXPECT_EQ(find(bytes.substr(0, size)), "truncated") << size;
}

TEST(part10, guesses_at_a_file_without_a_transfer_syntax) {
  const DataSet poor = {text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.2")};
  const std::size_t place = file(poor, "").size();
  EXPECT_EQ(find(file(poor, encode(content, implicit_little))),
            at(place, " implicit 1.2.840.10008.1.2" + guessed));
  EXPECT_EQ(find(file(poor, encode(content, explicit_big))), at(place, " big 1.2.840.10008.1.2.2" + guessed));
  EXPECT_EQ(find(file(poor, encode(content))), at(place, " 1.2.840.10008.1.2.1" + guessed));
  EXPECT_EQ(find(std::string(128, '\0') + "DICM" + encode(content)),
            at(132, " 1.2.840.10008.1.2.1" + guessed));
  EXPECT_EQ(find(std::string(128, '\0') + "DICM" + encode(content), jpeg_uid),
            at(132, " encapsulated "s + jpeg_uid));
}

TEST(part10, takes_a_bare_data_set_in_the_syntax_that_is_named) {
  EXPECT_EQ(find(encode(content, implicit_little), implicit_uid), at(0, " implicit 1.2.840.10008.1.2"));
  EXPECT_EQ(find(encode(content, explicit_big), big_uid), at(0, " big 1.2.840.10008.1.2.2"));
  EXPECT_EQ(find("deflated", deflated_uid), at(0, " deflated "s + deflated_uid));
  EXPECT_EQ(find(encode(content), "1.2.826.0.1.3680043.2.1"), at(0, " encapsulated 1.2.826.0.1.3680043.2.1"));
  EXPECT_EQ(find("", explicit_uid), at(0, " 1.2.840.10008.1.2.1"));
}

TEST(part10, guesses_at_a_bare_data_set) {
  const DataSet with_group_length = {numbers(0x00080000, "UL", {10}), text(0x00080005, "CS", "ISO_IR 100")};
  const DataSet retired = {text(0x00080001, "UL", "1234"), text(0x00100010, "PN", "Doe")};
  for (const DataSet& data_set : {content, with_group_length, retired}) {
    EXPECT_EQ(find(encode(data_set, implicit_little)), at(0, " implicit 1.2.840.10008.1.2" + guessed));
    EXPECT_EQ(find(encode(data_set)), at(0, " 1.2.840.10008.1.2.1" + guessed));
    EXPECT_EQ(find(encode(data_set, explicit_big)), at(0, " big 1.2.840.10008.1.2.2" + guessed));
  }
}

TEST(part10, is_a_bare_data_set_though_it_says_DICM_by_chance) {
  const DataSet data_set = {text(0x00080008, "CS", std::string(120, 'A') + "DICM"),
                            text(0x00100020, "LO", "4711")};
  for (const Encoding encoding : {explicit_little, implicit_little, explicit_big})
    ASSERT_EQ(encode(data_set, encoding).substr(128, 4), "DICM");
  EXPECT_EQ(find(encode(data_set), explicit_uid), at(0, " 1.2.840.10008.1.2.1"));
  EXPECT_EQ(find(encode(data_set, implicit_little), implicit_uid), at(0, " implicit 1.2.840.10008.1.2"));
  EXPECT_EQ(find(encode(data_set, explicit_big), big_uid), at(0, " big 1.2.840.10008.1.2.2"));
}

TEST(part10, is_not_DICOM_where_nothing_looks_like_it) {
  const std::string others[] = {"",
                                "DICM",
                                std::string(131, '\0'),
                                std::string(4096, '\0'),
                                "\x89PNG\r\n\x1A\n and so on"s,
                                "\xFF\xD8\xFF\xE0 JFIF",
                                "%PDF-1.7 and so on",
                                "PK\x03\x04 and so on",
                                "{\"00100010\":{\"vr\":\"PN\"}}",
                                "<?xml version=\"1.0\"?>",
                                "Patient: Doe, John",
                                hex("0000 0000 04000000 38000000 0000 0200 02000000 3100"),  // a command set
                                hex("0900 1000") + "LO" + hex("0400") + "ACME",  // a private group first
                                hex("0800 0300 04000000 61626364"),              // no attribute of PS3.6
                                hex("0800 1600 FFFFFF00 61626364"),              // longer than all
                                encode(content).substr(0, 7)};
  for (const std::string& bytes : others) EXPECT_EQ(find(bytes), "not_dicom") << bytes;
}

TEST(part10, refuses_a_transfer_syntax_that_encodes_no_data_set) {
  for (const char* uid :
       {"1.2.840.10008.1.2.6.1", "1.2.840.10008.5.1.4.1.1.2", "Explicit", "1.2.840.10008.1.2..1"}) {
    EXPECT_EQ(find(file(meta(uid), encode(content))), "unknown_transfer_syntax") << uid;
    EXPECT_EQ(find(encode(content), uid), "unknown_transfer_syntax") << uid;
  }
}

TEST(part10, finds_implicit_VR_where_explicit_is_named_and_the_other_way_round) {
  const std::size_t place = file(meta(explicit_uid), "").size();
  EXPECT_EQ(find(file(meta(explicit_uid), encode(content, implicit_little))),
            at(place, " implicit 1.2.840.10008.1.2.1, wrong_syntax 00080016"));
  EXPECT_EQ(find(encode(content, implicit_little), explicit_uid),
            at(0, " implicit 1.2.840.10008.1.2.1, wrong_syntax 00080016"));
  EXPECT_EQ(find(encode(content), implicit_uid), at(0, " 1.2.840.10008.1.2, wrong_syntax 00080016"));
  // Said to be compressed: the pixels are, whatever the rest is written in.
  EXPECT_EQ(find(encode(content, implicit_little), jpeg_uid),
            at(0, " implicit encapsulated "s + jpeg_uid + ", wrong_syntax 00080016"));
}

TEST(part10, finds_the_other_byte_order_where_one_is_named) {
  EXPECT_EQ(find(encode(content, explicit_big), explicit_uid),
            at(0, " big 1.2.840.10008.1.2.1, wrong_syntax 00080016"));
  EXPECT_EQ(find(encode(content), big_uid), at(0, " 1.2.840.10008.1.2.2, wrong_syntax 00080016"));
  EXPECT_EQ(find(encode(content, implicit_little), big_uid),
            at(0, " implicit 1.2.840.10008.1.2.2, wrong_syntax 00080016"));
  EXPECT_EQ(find(encode(content, explicit_big), implicit_uid),
            at(0, " big 1.2.840.10008.1.2, wrong_syntax 00080016"));
}

TEST(part10, looks_behind_file_meta_information_inside_the_data_set) {  // PS3.10 7.1
  for (const Encoding encoding : {explicit_little, implicit_little}) {
    const std::string head = encode(meta(implicit_uid), encoding);
    EXPECT_EQ(find(head + encode(content, implicit_little), implicit_uid),
              at(0, " implicit 1.2.840.10008.1.2, misplaced_meta 00020000"));
    EXPECT_EQ(find(head + encode(content), implicit_uid),
              at(0, " 1.2.840.10008.1.2, misplaced_meta 00020000, wrong_syntax 00080016"));
    EXPECT_EQ(find(head + encode(content, explicit_big), big_uid),
              at(0, " big 1.2.840.10008.1.2.2, misplaced_meta 00020000"));
  }
}

TEST(part10, believes_the_named_syntax_where_the_first_element_tells_nothing) {
  EXPECT_EQ(find(hex("0800 0300 04000000 61626364"), explicit_uid), at(0, " 1.2.840.10008.1.2.1"));
  EXPECT_EQ(find("short", explicit_uid), at(0, " 1.2.840.10008.1.2.1"));
}

}  // namespace
}  // namespace pgpacs::dicom
