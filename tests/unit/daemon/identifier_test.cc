#include "daemon/dimse/identifier.h"

#include <gtest/gtest.h>

#include <string>

#include "extension/dicom/fault.h"
#include "tests/unit/dicom/builder.h"

namespace pgpacs::dimse {
namespace {

using test::text;

constexpr char implicit_uid[] = "1.2.840.10008.1.2", explicit_uid[] = "1.2.840.10008.1.2.1",
               deflated_uid[] = "1.2.840.10008.1.2.1.99";

Identifier read(const test::DataSet& data_set) {
  const std::string bytes = test::encode(data_set, test::implicit_little);
  return read_identifier(dicom::as_bytes(bytes), implicit_uid, {});
}

TEST(identifier, is_read_as_JSON_in_UTF8) {
  const Identifier identifier =
      read({text(0x00080005, "CS", "ISO_IR 144"), text(0x00080052, "CS", "STUDY "),
            text(0x00100010, "PN", "\xB7\xD3\xE3\xE0*"), text(0x0020000D, "UI", "")});
  EXPECT_EQ(identifier.level, "STUDY");
  EXPECT_EQ(identifier.character_set, "ISO_IR 144");
  EXPECT_EQ(identifier.json,
            R"({"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080052":{"vr":"CS","Value":["STUDY"]},)"
            R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"Згур*"}]},"0020000D":{"vr":"UI"}})");
}

TEST(identifier, has_lists_of_any_length_as_values) {
  std::string uids = "1.2.3";
  for (int i = 0; i < 100'000; ++i) uids += "\\1.2.840.10008.1." + std::to_string(i);
  const Identifier identifier = read({text(0x0020000D, "UI", uids)});
  EXPECT_NE(identifier.json.find(R"("1.2.840.10008.1.99999"])"), std::string::npos);
}

TEST(identifier, is_refused_where_it_cannot_be_followed) {
  EXPECT_THROW(read_identifier(dicom::as_bytes("no data set"), implicit_uid, {}), dicom::Fault);
  EXPECT_THROW(read_identifier({}, deflated_uid, {}), dicom::Fault);
  EXPECT_THROW(read_identifier({}, "1.2.3", {}), dicom::Fault);
  EXPECT_EQ(read_identifier({}, explicit_uid, {}).json, "{}");
}

// The value of (0008,0005) in what an asker of this set is answered; "none" where there is no such element.
std::string answered(std::string_view asked, std::string_view name) {
  IdentifierEncoder encoder(asked, implicit_uid);
  const std::string json =
      R"({"00100010": {"vr": "PN", "Value": [{"Alphabetic": ")" + std::string(name) + R"("}]}})";
  const std::string_view bytes = encoder.encode(json);
  if (!bytes.starts_with(std::string_view("\x08\0\x05\0", 4))) return "none";
  std::string_view value = bytes.substr(8, static_cast<unsigned char>(bytes[4]));
  if (value.ends_with(' ')) value.remove_suffix(1);
  return std::string(value);
}

TEST(identifier, is_answered_in_the_askers_character_set_where_that_holds_it) {
  EXPECT_EQ(answered("ISO_IR 144", "Їжак"), "ISO_IR 144");
  EXPECT_EQ(answered("ISO_IR 144", "Jane"), "ISO_IR 144");
  EXPECT_EQ(answered("ISO_IR 192", "Їжак"), "ISO_IR 192");
  EXPECT_EQ(answered("GB18030", "Їжак 王"), "GB18030");
}

TEST(identifier, is_answered_in_UTF8_otherwise) {
  EXPECT_EQ(answered("ISO_IR 100", "Їжак"), "ISO_IR 192");
  EXPECT_EQ(answered("", "Їжак"), "ISO_IR 192");
  EXPECT_EQ(answered("", "Jane"), "none");
  EXPECT_EQ(answered("ISO_IR 999", "Jane"), "none");
  EXPECT_EQ(answered("ISO 2022 IR 6\\ISO 2022 IR 144", "Jane"), "ISO 2022 IR 6\\ISO 2022 IR 144");
  EXPECT_EQ(answered("\\ISO 2022 IR 144", "Їжак"), "ISO_IR 192");
}

}  // namespace
}  // namespace pgpacs::dimse
