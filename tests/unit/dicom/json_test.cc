#include "extension/dicom/json.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_literals;
using namespace test;

std::string json(const DataSet& data_set, const JsonOptions& options = {}) {
  return to_json(encode(data_set), {}, options);
}

std::string defects_of(const DataSet& data_set) {
  const std::string bytes = encode(data_set);
  Defects defects;
  to_json({as_bytes(bytes)}, {}, defects);
  return list(defects);
}

TEST(json, has_the_form_of_each_VR) {  // PS3.18 F.2
  const std::string_view elements[] = {
      R"("0072005E":{"vr":"AE","Value":["PGPACS"]})",
      R"("0072005F":{"vr":"AS","Value":["042Y"]})",
      R"("00720060":{"vr":"AT","Value":["00100010","7FE00010"]})",
      R"("00720061":{"vr":"DA","Value":["20240229","19991231"]})",
      R"("00720062":{"vr":"CS","Value":["ORIGINAL","PRIMARY",null,"AXIAL"]})",
      R"("00720063":{"vr":"DT","Value":["20240229123015.5+0100"]})",
      R"("00720064":{"vr":"IS","Value":[-12,7]})",
      R"("00720065":{"vr":"OB","InlineBinary":"AAH+/w=="})",
      R"("00720066":{"vr":"LO","Value":["a","b"]})",
      R"("00720067":{"vr":"OF","InlineBinary":"AADAPw=="})",
      R"("00720068":{"vr":"LT","Value":[" two\u000d\u000alines\\"]})",
      R"("00720069":{"vr":"OW","InlineBinary":"AQIDBA=="})",
      R"("0072006A":{"vr":"PN","Value":[{"Alphabetic":"Doe^John"}]})",
      R"("0072006B":{"vr":"TM","Value":["123015.25"]})",
      R"("0072006C":{"vr":"SH","Value":["short"]})",
      R"("0072006D":{"vr":"UN","InlineBinary":"3q2+7w=="})",
      R"("0072006E":{"vr":"ST","Value":["st"]})",
      R"("0072006F":{"vr":"UC","Value":["unlimited","characters"]})",
      R"("00720070":{"vr":"UT","Value":["  ut"]})",
      R"("00720071":{"vr":"UR","Value":["https://example.org/a?b=c"]})",
      R"("00720072":{"vr":"DS","Value":[1.50,-0.5,1e-3]})",
      R"("00720073":{"vr":"OD","InlineBinary":"AAAAAAAA+D8="})",
      R"("00720074":{"vr":"FD","Value":[0.1,-2.5e+300]})",
      R"("00720075":{"vr":"OL","InlineBinary":"AQIDBA=="})",
      R"("00720076":{"vr":"FL","Value":[0.1,3]})",
      R"("00720078":{"vr":"UL","Value":[4294967295]})",
      R"("0072007A":{"vr":"US","Value":[1,65535]})",
      R"("0072007C":{"vr":"SL","Value":[-2147483648]})",
      R"("0072007E":{"vr":"SS","Value":[-1,-32768]})",
      R"("0072007F":{"vr":"UI","Value":["1.2.3","4.5.6"]})",
      R"("00720080":{"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["code"]}}]})",
      R"("00720081":{"vr":"OV","InlineBinary":"AQIDBAUGBwg="})",
      R"("00720082":{"vr":"SV","Value":[-9223372036854775808]})",
      R"("00720083":{"vr":"UV","Value":[18446744073709551615]})"};
  std::string expected;
  for (const auto element : elements) expected.append(expected.empty() ? "{" : ",").append(element);
  expected += '}';
  EXPECT_EQ(json(each_vr()), expected);
  EXPECT_EQ(defects_of(each_vr()), "");
}

TEST(json, is_the_same_in_every_encoding) {
  DataSet data_set = sample();  // but for private elements, whose VR implicit VR does not know
  std::erase_if(data_set, [](const Entry& entry) { return (entry.tag & 0x00010000) != 0; });
  const std::string expected = json(data_set);
  for (const Encoding encoding : every_encoding)
    EXPECT_EQ(to_json(encode(data_set, encoding), syntax_of(encoding)), expected);
}

TEST(json, of_nothing_is_an_empty_object) {
  EXPECT_EQ(json({}), "{}");
}

TEST(json, of_an_empty_attribute_has_its_VR_only) {  // PS3.18 F.2.5
  EXPECT_EQ(json({text(0x00100010, "PN", ""), value(0x00720065, "OB", "")}),
            R"({"00100010":{"vr":"PN"},"00720065":{"vr":"OB"}})");
  EXPECT_EQ(json({sequence(0x00081140, {})}), R"({"00081140":{"vr":"SQ"}})");
}

TEST(json, has_empty_items) {
  EXPECT_EQ(json({sequence(0x00081140, {{}, {text(0x00080100, "SH", "a")}, {}})}),
            R"({"00081140":{"vr":"SQ","Value":[{},{"00080100":{"vr":"SH","Value":["a"]}},{}]}})");
}

TEST(json, leaves_out_group_lengths_and_file_meta_information) {  // PS3.18 F.2.2
  EXPECT_EQ(json({text(0x00020010, "UI", "1.2"), numbers(0x00080000, "UL", {4}), text(0x00080100, "SH", "a"),
                  sequence(0x00081140, {{numbers(0x00080000, "UL", {4})}})}),
            R"({"00080100":{"vr":"SH","Value":["a"]},"00081140":{"vr":"SQ","Value":[{}]}})");
}

TEST(json, sorts_attributes_of_every_data_set_and_keeps_the_first_of_equal_ones) {
  const Entry a = text(0x00100020, "LO", "a"), b = text(0x00100020, "LO", "b"),
              first = text(0x00080100, "SH", "1");
  EXPECT_EQ(json({a, b, first, b}), json({first, a}));
  EXPECT_EQ(json({sequence(0x0040A730, {{a, first, b}, {b, first}})}),
            json({sequence(0x0040A730, {{first, a}, {first, b}})}));
  EXPECT_EQ(json({a, sequence(0x00081140, {{b, first}}), first}),
            json({first, sequence(0x00081140, {{first, b}}), a}));
}

TEST(json, says_that_it_is_in_UTF_8) {  // PS3.18 F.2.2
  const std::string utf8 = R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]}})";
  for (const char* term : {"ISO_IR 100", "ISO_IR 192", "GBK", "\\ISO 2022 IR 87", "LATIN1"})
    EXPECT_EQ(json({text(0x00080005, "CS", term)}), utf8) << term;
  EXPECT_EQ(json({text(0x00080005, "CS", "")}), R"({"00080005":{"vr":"CS"}})");
}

TEST(json, notes_a_character_set_that_is_not_known) {
  EXPECT_EQ(defects_of({text(0x00080005, "CS", "LATIN1")}), "unknown_character_set 00080005");
  EXPECT_EQ(defects_of({text(0x00080005, "CS", "ISO_IR 144")}), "");
}

TEST(json, gives_items_the_character_set_around_them_until_they_declare_their_own) {  // PS3.3 C.12.1.1.2
  const Entry cyrillic = text(0x00080005, "CS", "ISO_IR 144"), greek = text(0x00080005, "CS", "ISO_IR 126");
  const auto name = [](std::string_view raw) { return value(0x00100010, "PN", raw); };
  const auto utf8 = [](const char* out) {
    return R"("00100010":{"vr":"PN","Value":[{"Alphabetic":")"s + out + R"("}]})";
  };
  const std::string declared = R"("00080005":{"vr":"CS","Value":["ISO_IR 192"]},)";
  // As in items of items; what an item declares ends with it.
  EXPECT_EQ(json({cyrillic,
                  sequence(0x0008103F, {{name("\xBB\xEE")},
                                        {greek, sequence(0x0008103F, {{name("\xC4\xE9")}})},
                                        {name("\xEE ")}}),
                  name("\xBB\xEE")}),
            "{" + declared + R"("0008103F":{"vr":"SQ","Value":[{)" + utf8("Лю") + "},{" + declared +
                R"("0008103F":{"vr":"SQ","Value":[{)" + utf8("Δι") + "}]}},{" + utf8("ю") + "}]}," +
                utf8("Лю") + "}");
  // An empty declaration goes back to the default repertoire.
  EXPECT_EQ(
      json({cyrillic, sequence(0x0008103F, {{text(0x00080005, "CS", ""), name("Doe ")}}), name("\xBB\xEE")}),
      "{" + declared + R"("0008103F":{"vr":"SQ","Value":[{"00080005":{"vr":"CS"},)" + utf8("Doe") + "}]}," +
          utf8("Лю") + "}");
}

// Ñèäîðåíêî, if one believes ISO_IR 100.
const Entry windows_1251 = value(0x00100010, "PN", "\xD1\xE8\xE4\xEE\xF0\xE5\xED\xEA\xEE ");
const Entry latin_1 = text(0x00080005, "CS", "ISO_IR 100");
const std::string wrong_set = "wrong_character_set 00080005";

TEST(json, is_read_in_the_set_that_its_texts_are_really_in) {
  EXPECT_EQ(
      json({latin_1, windows_1251}),
      R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Сидоренко"}]}})");
  EXPECT_EQ(json({windows_1251}), R"({"00100010":{"vr":"PN","Value":[{"Alphabetic":"Сидоренко"}]}})");
  EXPECT_EQ(defects_of({latin_1, windows_1251, value(0x00104000, "LT", "\xC2\xF1\xB3 ")}), wrong_set);
}

TEST(json, keeps_the_declared_set_where_detection_is_off) {
  JsonOptions options;
  options.detect_character_set = false;
  EXPECT_NE(json({latin_1, windows_1251}, options).find("Ñèäîðåíêî"), std::string::npos);
}

TEST(json, decides_for_the_whole_object_by_all_of_its_texts) {
  // A short word tells nothing, and stands before what does; what private elements call text says nothing.
  const Entry institution = value(0x00080080, "LO", "\xCA\xD2"), junk = value(0x00091001, "LO", "\x98\x98");
  const Entry maker = text(0x00090010, "LO", "MAKER ");
  EXPECT_NE(json({latin_1, institution}).find("\"ÊÒ\""), std::string::npos);
  const std::string all = json({latin_1, institution, maker, junk, windows_1251});
  EXPECT_NE(all.find("\"КТ\""), std::string::npos);
  EXPECT_NE(all.find("Сидоренко"), std::string::npos);
  const Entry items = sequence(0x00081110, {{institution}, {latin_1, institution}});
  const std::string nested = json({latin_1, items, windows_1251});
  EXPECT_NE(nested.find(R"([{"00080080":{"vr":"LO","Value":["КТ"]}},)"), std::string::npos);
  EXPECT_EQ(nested.find("ÊÒ"), std::string::npos);
}

TEST(json, leaves_an_item_with_a_set_of_its_own) {
  const Entry greek = text(0x00080005, "CS", "ISO_IR 126"),
              name = value(0x00100010, "PN", "\xC4\xE9\xEF\xED");
  const Entry item = sequence(0x00081110, {{greek, name}});
  const std::string all = json({latin_1, item, windows_1251});
  EXPECT_NE(all.find("Διον"), std::string::npos);
  EXPECT_NE(all.find("Сидоренко"), std::string::npos);
  EXPECT_EQ(defects_of({latin_1, item, windows_1251}), wrong_set);
}

TEST(json, looks_no_further_ahead_than_it_must) {
  // The text that would tell comes behind more elements than are looked at.
  const std::vector<DataSet> items(5000, DataSet{text(0x00080100, "SH", "A ")});
  const DataSet far{latin_1, value(0x00080080, "LO", "\xCA\xD2"), sequence(0x00081110, items), windows_1251};
  EXPECT_NE(json(far).find("\"ÊÒ\""), std::string::npos);
  EXPECT_NE(json(far).find("Ñèäîðåíêî"), std::string::npos);
}

TEST(json, gives_long_binary_values_by_URI) {
  const auto binary = [](std::string_view vr, std::size_t size) {
    return json({value(0x00091001, vr, std::string(size, 'A'))});
  };
  for (const auto vr : {"OB", "OW", "UN"}) {
    EXPECT_NE(binary(vr, 64).find("InlineBinary"), std::string::npos) << vr;
    EXPECT_EQ(binary(vr, 66), R"({"00091001":{"vr":")"s + vr + R"(","BulkDataURI":"00091001"}})");
  }
}

TEST(json, gives_large_values_of_any_VR_by_URI) {
  const auto text_of = [](std::size_t size) {
    return json({text(0x0040A160, "UT", std::string(size, 'A'))}, {.large_value = 100});
  };
  EXPECT_EQ(text_of(100), R"({"0040A160":{"vr":"UT","Value":[")" + std::string(100, 'A') + R"("]}})");
  EXPECT_EQ(text_of(102), R"({"0040A160":{"vr":"UT","BulkDataURI":"0040A160"}})");
  EXPECT_EQ(json({text(0x0040A160, "UT", std::string(16386, 'A'))}), text_of(102));
  EXPECT_EQ(json({text(0x0040A160, "UT", std::string(16384, 'A'))}).size(), 16384u + 37);
}

TEST(json, gives_contents_by_URI_however_small) {
  for (const std::uint32_t tag : {0x7FE00008u, 0x7FE00009u, 0x7FE00010u, 0x00420011u, 0x54001010u}) {
    const std::string found = json({value(tag, "OB", "ab")});
    EXPECT_NE(found.find("BulkDataURI"), std::string::npos) << found;
    EXPECT_EQ(json({value(tag, "OB", "")}).find("BulkDataURI"), std::string::npos)
        << found;  // nothing is no content
  }
  EXPECT_EQ(json({sequence(0x00880200, {{value(0x7FE00010, "OB", "ab")}})}),
            R"({"00880200":{"vr":"SQ","Value":[{"7FE00010":{"vr":"OB","InlineBinary":"YWI="}}]}})");
}

TEST(json, gives_encapsulated_pixels_by_URI) {
  const std::string expected = R"({"7FE00010":{"vr":"OB","BulkDataURI":"7FE00010"}})";
  EXPECT_EQ(json({fragments(0x7FE00010, "OB", {"", "ab"})}), expected);
  EXPECT_EQ(json({fragments(0x7FE00010, "OB", {})}), expected);
}

TEST(json, names_the_path_of_tags_and_item_numbers) {
  const Entry waveform = value(0x54001010, "OW", "ab");
  const Entry deep = sequence(0x54000100, {{}, {sequence(0x0040A730, {{waveform}, {waveform}})}});
  for (const char* path : {"54000100/1/0040A730/0/54001010", "54000100/1/0040A730/1/54001010"})
    EXPECT_NE(json({deep}).find(R"("BulkDataURI":")"s + path + '"'), std::string::npos) << path;
}

TEST(json, puts_the_path_into_the_URI) {
  const DataSet data_set = {value(0x7FE00010, "OW", "ab")};
  EXPECT_NE(
      json(data_set, {.bulk_data_uri = "https://x/bulk/{path}?a"}).find(R"("https://x/bulk/7FE00010?a")"),
      std::string::npos);
  EXPECT_NE(json(data_set, {.bulk_data_uri = "https://x"}).find(R"("https://x")"), std::string::npos);
}

TEST(json, of_a_value_that_was_left_out_is_its_URI) {
  const std::string bytes = encode({text(0x00080100, "SH", "ab"), value(0x00091001, "UT", "")});
  const std::string kept = bytes.substr(0, bytes.size() - 4) + hex("64000000");
  const Gap gap{kept.size(), 100};
  Defects defects;
  EXPECT_EQ(to_json({as_bytes(kept), {&gap, 1}}, {}, defects),
            R"({"00080100":{"vr":"SH","Value":["ab"]},"00091001":{"vr":"UT","BulkDataURI":"00091001"}})");
}

TEST(json, is_in_little_endian_where_it_is_binary) {  // the model names no byte order
  const DataSet data_set = {words(0x00720067, "OF", 4, hex("01020304")),
                            words(0x00720069, "OW", 2, hex("01020304")),
                            words(0x00720073, "OD", 8, hex("0102030405060708")),
                            value(0x00720065, "OB", hex("01020304")),
                            value(0x0072006D, "UN", hex("01020304")),
                            sequence(0x00081140, {{words(0x00720069, "OW", 2, hex("0102"))}})};
  EXPECT_EQ(to_json(encode(data_set, explicit_big), syntax_of(explicit_big)), json(data_set));
  // A value that is no whole number of words keeps its rest.
  EXPECT_EQ(to_json(encode({value(0x00720069, "OW", "abc")}, explicit_big), syntax_of(explicit_big)),
            json({value(0x00720069, "OW", "bac")}));
}

TEST(json, shows_each_top_level_element_before_it_is_written) {
  const std::string bytes =
      encode({text(0x00080016, "UI", "1.2"), sequence(0x00081140, {image_reference("1.2")}),
              text(0x00100020, "LO", "x")});
  Defects defects;
  Reader reader({as_bytes(bytes)}, {}, Limits{}, defects);
  JsonText text;
  JsonWriter writer(text, {}, defects);
  std::string seen;
  writer.write(reader, [&](const Element& element) { seen += to_string(element.tag); });
  EXPECT_EQ(seen, "(0008,0016)(0010,0020)");
}

}  // namespace
}  // namespace pgpacs::dicom
