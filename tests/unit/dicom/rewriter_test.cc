#include "extension/dicom/rewriter.h"

#include <gtest/gtest.h>

#include "extension/dicom/edits_json.h"
#include "extension/dicom/file_meta.h"
#include "tests/unit/dicom/deflate.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

const Entry patient = text(0x00100010, "PN", "Doe^John"), id = text(0x00100020, "LO", "4711");
const DataSet object = {text(0x00080016, "UI", "1.2.3"), text(0x00080018, "UI", "4.5.6"), patient, id};
const DataSet anonymous = {text(0x00080016, "UI", "1.2.3"), text(0x00080018, "UI", "7.8"), id};

constexpr std::string_view anonymize = R"([{"op":"remove","attribute":"PatientName"},
                                           {"op":"replace","attribute":"SOPInstanceUID","value":"7.8"}])";

std::string rewritten(std::string_view bytes, std::string_view json, WriteAs write_as = WriteAs::it_came,
                      std::string_view uid = {}, std::size_t longest = 1 << 20) {
  Edits::Number in_hand = 0;
  const Edits edits = parse_edits(json, in_hand);
  Rewriter rewriter(as_bytes(bytes), uid, edits, write_as, longest, Limits{});
  while (rewriter.work()) {
  }
  return std::string(as_text(rewriter.head())).append(as_text(rewriter.data_set()));
}

std::string file_in(std::string_view uid, std::string_view data_set) {
  return file({text(0x00020002, "UI", "1.2.3"), text(0x00020003, "UI", "4.5.6"), text(0x00020010, "UI", uid),
               text(0x00020016, "AE", "SENDER")},
              data_set);
}

TEST(rewriter, leaves_a_file_that_nothing_changes) {
  for (const std::string& bytes :
       {file_in("1.2.840.10008.1.2.1", encode(object)), encode(object), encode(object, implicit_little),
        file_in("1.2.840.10008.1.2.1.99", deflate(encode(object)))})
    EXPECT_EQ(rewritten(bytes, R"([{"op":"remove","attribute":"PatientSex"}])"), bytes);
}

TEST(rewriter, gives_a_changed_file_new_meta_information) {  // PS3.10 7.1
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2.1", encode(object)), anonymize),
            make_file_meta({"1.2.3", "7.8", "1.2.840.10008.1.2.1"}) + encode(anonymous));
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2", encode(object, implicit_little)), anonymize),
            make_file_meta({"1.2.3", "7.8", "1.2.840.10008.1.2"}) + encode(anonymous, implicit_little));
}

// What a UID was is found in no corner of the file: the file meta information that came repeats it.
TEST(rewriter, leaves_nothing_of_a_UID_that_is_removed) {
  const std::string meta = make_file_meta({"1.2.3", "", "1.2.840.10008.1.2.1"});
  const DataSet without = {object[0], patient, id};
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2.1", encode(object)),
                      R"([{"op":"remove","attribute":"SOPInstanceUID"}])"),
            meta + encode(without));
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2.1", encode(object)),
                      R"([{"op":"empty","attribute":"SOPInstanceUID"}])"),
            meta + encode({object[0], text(0x00080018, "UI", ""), patient, id}));
  // Nor of one that the data set never had, nor where it stands out of order.
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2.1", encode({patient})), anonymize),
            make_file_meta({"", "", "1.2.840.10008.1.2.1"}));
  EXPECT_EQ(rewritten(file_in("1.2.840.10008.1.2.1", encode({patient, id, object[0], object[1]})), anonymize),
            make_file_meta({"1.2.3", "7.8", "1.2.840.10008.1.2.1"}) +
                encode({id, object[0], text(0x00080018, "UI", "7.8")}));
}

TEST(rewriter, makes_a_bare_data_set_of_a_bare_data_set) {
  for (const Encoding encoding : every_encoding)
    EXPECT_EQ(rewritten(encode(object, encoding), anonymize), encode(anonymous, encoding));
}

TEST(rewriter, names_the_syntax_that_it_converts_to) {
  const auto expect_syntax = [](std::string_view from, const std::string& data_set, std::string_view to) {
    EXPECT_EQ(rewritten(file_in(from, data_set), "[]", WriteAs::explicit_little_endian),
              make_file_meta({"1.2.3", "4.5.6", std::string(to)}) + encode(object))
        << from;
  };
  expect_syntax("1.2.840.10008.1.2", encode(object, implicit_little), "1.2.840.10008.1.2.1");
  expect_syntax("1.2.840.10008.1.2.2", encode(object, explicit_big), "1.2.840.10008.1.2.1");
  expect_syntax("1.2.840.10008.1.2.1.99", deflate(encode(object)), "1.2.840.10008.1.2.1");
  expect_syntax("1.2.840.10008.1.2.4.95", deflate(encode(object)), "1.2.840.10008.1.2.4.94");
  // In implicit VR, whatever the file says.
  expect_syntax("1.2.840.10008.1.2.4.50", encode(object, implicit_little), "1.2.840.10008.1.2.4.50");
}

TEST(rewriter, deflates_what_came_deflated) {  // PS3.5 A.5
  const std::string meta = make_file_meta({"1.2.3", "7.8", "1.2.840.10008.1.2.1.99"});
  const std::string out = rewritten(file_in("1.2.840.10008.1.2.1.99", deflate(encode(object))), anonymize);
  ASSERT_TRUE(out.starts_with(meta));
  EXPECT_EQ((out.size() - meta.size()) % 2, 0u);
  std::string inflated;
  Inflater inflater(Limits{});
  inflater.feed(as_bytes(std::string_view(out).substr(meta.size())),
                [&](Bytes piece) { inflated += as_text(piece); });
  EXPECT_TRUE(inflater.is_finished());
  EXPECT_EQ(inflated, encode(anonymous));
  // An empty one, too.
  EXPECT_NE(rewritten(file_in("1.2.840.10008.1.2.1.99", ""),
                      R"([{"op":"insert","attribute":"PatientID","value":"1"}])")
                .find(deflate(encode({text(0x00100020, "LO", "1")}))),
            std::string::npos);
}

TEST(rewriter, refuses_what_it_cannot_do_right) {
  const std::string directory =
      file({text(0x00020002, "UI", "1.2.840.10008.1.3.10"), text(0x00020010, "UI", "1.2.840.10008.1.2.1")},
           encode(object));
  EXPECT_EQ(rewritten(directory, "[]"), directory);
  EXPECT_EQ(fault_in([&] { rewritten(directory, anonymize); }), "bad_structure");
  EXPECT_EQ(fault_in([&] { rewritten("no DICOM at all", "[]"); }), "not_dicom");
  const std::string deflated = deflate(encode(object));
  const std::string_view cut = std::string_view(deflated).substr(0, deflated.size() - 4);
  EXPECT_EQ(fault_in([&] { rewritten(file_in("1.2.840.10008.1.2.1.99", cut), "[]"); }), "truncated");
  const std::string much = deflate(encode({value(0x7FE00010, "OB", std::string(2 << 20, '\0'))}));
  EXPECT_EQ(fault_in([&] { rewritten(file_in("1.2.840.10008.1.2.1.99", much), "[]"); }), "too_large");
}

}  // namespace
}  // namespace pgpacs::dicom
