#include "extension/dicom/writer.h"

#include <gtest/gtest.h>

#include "extension/dicom/header_scanner.h"
#include "tests/unit/dicom/sample.h"
#include "tests/unit/dicom/writing.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

constexpr TransferSyntax explicit_syntax{};

const Entry patient = text(0x00100010, "PN", "Doe^John"), id = text(0x00100020, "LO", "4711");

TEST(writer, removes_empties_and_replaces_what_is_there) {
  expect_edited({patient, id}, R"([{"op":"remove","attribute":"PatientName"}])", {id});
  expect_edited({patient, id}, R"([{"op":"empty","attribute":"PatientName"}])",
                {text(0x00100010, "PN", ""), id});
  expect_edited({patient, id}, R"([{"op":"replace","attribute":"PatientName","value":"A^B"}])",
                {text(0x00100010, "PN", "A^B"), id});
  expect_edited({id}, R"([{"op":"replace","attribute":"PatientName","value":"A^B"}])", {id});
}

TEST(writer, inserts_in_the_order_of_tags) {
  const Entry sex = text(0x00100040, "CS", "O"), modality = text(0x00080060, "CS", "CT"),
              comment = text(0x00204000, "LT", "c");
  const std::string_view json = R"([{"op":"insert","attribute":"PatientSex","value":"O"},
    {"op":"insert","attribute":"Modality","value":"CT"},{"op":"insert","attribute":"ImageComments","value":"c"}])";
  expect_edited({patient, text(0x00180050, "DS", "1")}, json,
                {modality, patient, sex, text(0x00180050, "DS", "1"), comment});
  expect_edited({}, json, {modality, sex, comment});
  expect_edited({text(0x00100040, "CS", "M"), patient}, json, {modality, sex, patient, comment});
}

TEST(writer, inserts_once_where_an_attribute_is_repeated_or_out_of_order) {
  expect_edited({id, patient, patient}, R"([{"op":"insert","attribute":"PatientName","value":"A"}])",
                {text(0x00100010, "PN", "A"), id});
}

TEST(writer, makes_lengths_anew_at_every_depth) {
  const auto nested = [](const DataSet& inner) {
    return DataSet{
        sequence(0x0040A730, {{sequence(0x0040A730, {{}, inner}), text(0x0040A160, "UT", "t")}, {}}), id};
  };
  expect_edited(nested({patient}), R"([{"op":"remove","attribute":"PatientName","everywhere":true}])",
                nested({}));
  expect_edited(
      nested({patient, id}),
      R"([{"op":"replace","attribute":"PatientName","value":"Longer^Than^That","everywhere":true}])",
      nested({text(0x00100010, "PN", "Longer^Than^That"), id}));
}

// In front of the elements it is always little endian, and of either VR (PS3.10 7.1); it tells of what was.
TEST(writer, gives_up_misplaced_file_meta_information_where_something_changes) {
  const Edits remove = edits_of(R"([{"op":"remove","attribute":"PatientName"}])");
  const DataSet meta = {text(0x00020003, "UI", "4.5.6"), text(0x00020016, "AE", "SENDER"),
                        sequence(0x00020102, {{patient}})};
  for (const Encoding meta_encoding : {explicit_little, implicit_little})
    for (const Encoding encoding : every_encoding) {
      const TransferSyntax syntax = syntax_of(encoding);
      const std::string bytes = encode(meta, meta_encoding) + encode({patient, id}, encoding);
      const Bytes source = as_bytes(bytes);
      EXPECT_EQ(as_text(write({source}, syntax, Edits{}).bytes), bytes);
      EXPECT_EQ(as_text(write({source}, syntax, remove).bytes), encode({id}, encoding));
      const WrittenDataSet converted = write({source}, syntax, remove, WriteAs::explicit_little_endian);
      EXPECT_EQ(as_text(converted.bytes), encode({id}));
    }
}

TEST(writer, edits_along_paths) {
  const DataSet two = {sequence(0x00081140, {{id, patient}, {id, patient}}), id};
  expect_edited(two, R"([{"op":"remove","attribute":"ReferencedImageSequence[1].PatientID"}])",
                {sequence(0x00081140, {{id, patient}, {patient}}), id});
  expect_edited(two, R"([{"op":"remove","attribute":"ReferencedImageSequence.PatientID"}])",
                {sequence(0x00081140, {{patient}, {id, patient}}), id});
  expect_edited(two, R"([{"op":"remove","attribute":"ReferencedImageSequence[*].PatientID"}])",
                {sequence(0x00081140, {{patient}, {patient}}), id});
  expect_edited(two, R"([{"op":"insert","attribute":"ReferencedImageSequence[1].PatientSex","value":"O"}])",
                {sequence(0x00081140, {{id, patient}, {id, patient, text(0x00100040, "CS", "O")}}), id});
}

TEST(writer, edits_sequences_as_a_whole) {
  const DataSet data_set = {sequence(0x00081140, {{id, sequence(0x0040A730, {{patient}})}, {}}), id};
  expect_edited(data_set, R"([{"op":"remove","attribute":"ReferencedImageSequence"}])", {id});
  EXPECT_EQ(edited(data_set, R"([{"op":"empty","attribute":"ReferencedImageSequence"}])"),
            encode({sequence(0x00081140, {}), id}));
  const Entry reference =
      sequence(0x00081140, {{text(0x00081155, "UI", "1.2"), text(0x00100010, "PN", "A^B=C")}, {}});
  for (const Encoding encoding : {implicit_little, explicit_little, explicit_big})
    for (const DataSet& before : {data_set, DataSet{id}})
      EXPECT_EQ(edited(before, R"([{"op":"insert","attribute":"ReferencedImageSequence","value":[
          {"00100010":{"vr":"PN","Value":[{"Alphabetic":"A^B","Ideographic":"C"}]},"00081155":{"vr":"UI","Value":["1.2"]}},{}]}])",
                       encoding),
                encode({reference, id}, encoding));
}

TEST(writer, removes_compressed_pixels_with_their_fragments) {
  const Entry pixels = fragments(0x7FE00010, "OB", {"", "abcd"}), padding = value(0xFFFCFFFC, "OB", "00");
  const DataSet data_set = {sequence(0x00880200, {{pixels}}), pixels, padding};
  const std::string_view everywhere = R"([{"op":"remove","attribute":"PixelData","everywhere":true}])";
  expect_edited(data_set, R"([{"op":"remove","attribute":"PixelData"}])", {data_set[0], padding});
  expect_edited(data_set, everywhere, {sequence(0x00880200, {{}}), padding});
  expect_edited(data_set, R"([{"op":"remove","attribute":"IconImageSequence"}])", {pixels, padding});
  expect_edited({pixels}, R"([{"op":"insert","attribute":"FFFCFFFC","value":"AAA="}])",
                {pixels, value(0xFFFCFFFC, "OB", "\0\0"s)});
}

TEST(writer, edits_by_mask) {
  const DataSet data_set = {id, value(0x60003000, "OW", "ab"), value(0x60020010, "US", "ab"),
                            value(0x60023000, "OW", "cd")};
  expect_edited(data_set, R"([{"op":"remove","attribute":"60xx3000"}])", {id, data_set[2]});
  expect_edited(data_set, R"j([{"op":"remove","attribute":"(60xx,xxxx)"}])j", {id});
}

TEST(writer, edits_by_private_creator) {  // PS3.5 7.8.1
  const Entry acme = text(0x00290010, "LO", "ACME"), other = text(0x00290011, "LO", "OTHER");
  const Entry acme_1 = value(0x00291001, "UN", "a1"), acme_2 = value(0x00291002, "UN", "a2"),
              other_1 = value(0x00291101, "UN", "o1");
  const DataSet data_set = {acme, other, acme_1, acme_2, other_1, sequence(0x00400275, {{acme, acme_1, id}})};
  expect_edited(data_set, R"([{"op":"remove","attribute":"OTHER/0029xx01"}])",
                {acme, other, acme_1, acme_2, data_set[5]});
  expect_edited(data_set, R"([{"op":"remove","creator":"ACME"}])", {other, other_1, data_set[5]});
  expect_edited(data_set, R"([{"op":"remove","creator":"ACME","everywhere":true}])",
                {other, other_1, sequence(0x00400275, {{id}})});
  expect_edited(data_set, R"([{"op":"remove","attribute":"RequestAttributesSequence[*].ACME/0029xx01"}])",
                {acme, other, acme_1, acme_2, other_1, sequence(0x00400275, {{acme, id}})});
  // A block before its creator would be missed: refused.
  for (const DataSet& unordered : {DataSet{acme_1, acme}, DataSet{acme, text(0x00310010, "LO", "X"), acme_1}})
    EXPECT_EQ(fault_in([&] { edited(unordered, R"([{"op":"remove","creator":"ACME"}])"); }), "bad_structure");
}

TEST(writer, lets_the_first_edit_of_two_decide) {
  expect_edited({patient, id},
                R"([{"op":"remove","attribute":"0010xxxx"},{"op":"empty","attribute":"PatientID"}])", {});
  expect_edited(
      {patient, id},
      R"([{"op":"empty","attribute":"PatientID","everywhere":true},{"op":"remove","attribute":"0010xxxx"}])",
      {text(0x00100020, "LO", "")});
  expect_edited(
      {patient, id},
      R"([{"op":"remove","attribute":"0010xxxx"},{"op":"insert","attribute":"PatientID","value":"7"}])",
      {text(0x00100020, "LO", "7")});
}

TEST(writer, asks_a_function) {
  Edits edits;
  std::string seen;
  Edit edit{Action::map};
  edit.map = [&](std::span<const PlaceStep> place, const Element& element, const CharacterSet&) -> Change {
    for (const PlaceStep& step : place)
      seen += to_string(step.sequence) + "[" + std::to_string(step.item) + "].";
    seen += to_string(element.tag) + " ";
    if (element.vr == VR::SQ || element.tag == Tag{0x00080018}) return {};
    if (element.tag == Tag{0x00100010}) return {Action::remove};
    return {Action::replace, {VR::none, {"new"}}};
  };
  edits.add(Pattern{Tag{}, 0}, true, edit);
  const std::string bytes =
      encode({text(0x00080018, "UI", "1.2"), sequence(0x00081140, {{}, {id, patient}}), patient});
  const WrittenDataSet out = write({as_bytes(bytes)}, explicit_syntax, edits);
  EXPECT_EQ(as_text(out.bytes), encode({text(0x00080018, "UI", "1.2"),
                                        sequence(0x00081140, {{}, {text(0x00100020, "LO", "new")}})}));
  EXPECT_EQ(seen,
            "(0008,0018) (0008,1140) (0008,1140)[1].(0010,0020) (0008,1140)[1].(0010,0010) (0010,0010) ");
}

TEST(writer, makes_group_lengths_anew_where_a_group_has_changed) {  // PS3.5 7.2
  const auto grouped = [](std::size_t length, const DataSet& group) {
    DataSet all = {numbers(0x00080000, "UL", {99}), text(0x00080060, "CS", "CT"),
                   numbers(0x00100000, "UL", {length})};
    all.insert(all.end(), group.begin(), group.end());
    all.push_back(numbers(0x00180000, "UL", {10}));
    return all;
  };
  for (const Encoding encoding : {implicit_little, explicit_little, explicit_big}) {
    const auto size = [&](const DataSet& group) { return encode(group, encoding).size(); };
    const DataSet before = {patient, id}, after = {patient, id, text(0x00100040, "CS", "O")};
    EXPECT_EQ(edited(grouped(size(before), before),
                     R"([{"op":"insert","attribute":"PatientSex","value":"O"}])", encoding),
              encode(grouped(size(after), after), encoding));
    EXPECT_EQ(
        edited(grouped(size(before), before), R"([{"op":"remove","attribute":"PatientName"}])", encoding),
        encode(grouped(size({id}), {id}), encoding));
  }
}

TEST(writer, ends_what_was_left_open_before_it_adds_behind_it) {
  const std::string one = encode({id}), sex = encode({text(0x00100040, "CS", "O")});
  const std::string_view json = R"([{"op":"insert","attribute":"PatientSex","value":"O"}])";
  EXPECT_EQ(written(open_sequence + item_begin + one, json),
            open_sequence + item_begin + one + item_end + sequence_end + sex);
  EXPECT_EQ(written(open_sequence + item_begin + one,
                    R"([{"op":"remove","attribute":"PatientID","everywhere":true}])"),
            open_sequence + item_begin + item_end + sequence_end);
  EXPECT_EQ(written(open_sequence + item_begin + one + sequence_end, json),
            open_sequence + item_begin + one + sequence_end + sex);
}

TEST(writer, passes_large_values_by) {
  for (const Encoding encoding : {explicit_little, implicit_little, explicit_big}) {
    const DataSet data_set = {patient, words(0x7FE00010, "OW", 2, std::string(40000, 'p')),
                              value(0xFFFCFFFC, "OB", "00")};
    const std::string bytes = encode(data_set, encoding);
    HeaderScanner scanner(syntax_of(encoding), Limits{});
    scanner.feed(as_bytes(bytes));
    scanner.finish();
    const Edits edits =
        edits_of(R"([{"op":"replace","attribute":"PatientName","value":"Longer^Than^That"}])");
    const WrittenDataSet out =
        write({scanner.header(), scanner.gaps()}, scanner.syntax(), edits, WriteAs::explicit_little_endian);
    ASSERT_EQ(out.gaps.size(), 1u);
    EXPECT_EQ(out.gaps[0].length, 40000u);
    EXPECT_EQ(out.splices[0].from, bytes.find("pppp"));
    EXPECT_EQ(out.splices[0].word, encoding.is_big_endian ? 2 : 1);
    std::string spliced(as_text(out.bytes));
    spliced.insert(out.gaps[0].at, bytes.substr(out.splices[0].from, out.gaps[0].length));
    EXPECT_EQ(spliced, encode({text(0x00100010, "PN", "Longer^Than^That"), data_set[1], data_set[2]}));
  }
}

TEST(writer, takes_a_gap_away_with_its_element) {
  const std::string bytes = encode({value(0x7FE00010, "OW", ""), value(0xFFFCFFFC, "OB", "00")});
  std::string kept = bytes;
  kept[8] = 4;  // the length of Pixel Data, whose value is left out
  const std::vector<Gap> gaps = {{12, 4}};
  const WrittenDataSet out = write({as_bytes(kept), gaps}, explicit_syntax,
                                   edits_of(R"([{"op":"remove","attribute":"PixelData"}])"));
  EXPECT_TRUE(out.gaps.empty());
  EXPECT_EQ(as_text(out.bytes), encode({value(0xFFFCFFFC, "OB", "00")}));
}

TEST(writer, writes_new_texts_in_the_character_set_of_their_data_set) {
  const Entry cyrillic = text(0x00080005, "CS", "ISO_IR 144"), utf8 = text(0x00080005, "CS", "ISO_IR 192");
  const std::string_view json =
      R"([{"op":"insert","attribute":"PatientName","value":"Дуб","everywhere":false}])";
  EXPECT_EQ(edited({cyrillic}, json), encode({cyrillic, text(0x00100010, "PN", "\xB4\xE3\xD1")}));
  EXPECT_EQ(edited({utf8}, json), encode({utf8, text(0x00100010, "PN", "Дуб")}));
  EXPECT_EQ(fault_in([&] { edited({text(0x00080005, "CS", "ISO_IR 100")}, json); }), "foreign_character");
  EXPECT_EQ(fault_in([&] { edited({}, json); }), "foreign_character");
  EXPECT_EQ(edited({}, R"([{"op":"insert","attribute":"PatientName","value":"Дуб"},
                           {"op":"insert","attribute":"SpecificCharacterSet","value":"ISO_IR 192"}])"),
            encode({utf8, text(0x00100010, "PN", "Дуб")}));
  EXPECT_EQ(edited({cyrillic}, R"([{"op":"insert","attribute":"PatientName","value":"Дуб"},
                                   {"op":"replace","attribute":"SpecificCharacterSet","value":"ISO_IR 192"}])"),
            encode({utf8, text(0x00100010, "PN", "Дуб")}));
}

TEST(writer, says_which_edit_cannot_be_made) {
  const std::string bytes = encode({patient, id});
  const Edits edits = edits_of(R"([{"op":"empty","attribute":"PatientName"},
                                   {"op":"replace","attribute":"PatientID","value":"Дуб"}])");
  Defects defects;
  Writer writer({as_bytes(bytes)}, explicit_syntax, edits, WriteAs::it_came, no_limit, Limits{}, defects);
  EXPECT_EQ(fault_in([&] { writer.write_some(); }), "foreign_character");
  EXPECT_EQ(writer.edit(), 1u);
}

}  // namespace
}  // namespace pgpacs::dicom
