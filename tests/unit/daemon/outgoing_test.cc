#include "daemon/dimse/outgoing.h"

#include <gtest/gtest.h>

#include "daemon/dimse/edited.h"
#include "extension/dicom/edits_json.h"
#include "extension/dicom/rewriter.h"
#include "tests/unit/daemon/temporary_folder.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dimse {
namespace {

using namespace test;

constexpr std::string_view explicit_syntax = "1.2.840.10008.1.2.1",
                           deflated_syntax = "1.2.840.10008.1.2.1.99";
constexpr std::string_view name = R"([{"op": "insert", "attribute": "00100010", "value": "Шевченко^Тарас"}])",
                           ascii =
                               R"([{"op": "insert", "attribute": "00100010", "value": "Shevchenko^Taras"}])";

// With a value that stays in the file, in the middle and at the end.
std::string data_set(const std::string& character_set) {
  std::string pixels;
  for (std::uint32_t state = 1; pixels.size() < 3 << 20; state = state * 1664525 + 1013904223)
    pixels += static_cast<char>(state >> 24);
  DataSet all{text(0x00080005, "CS", character_set), text(0x00100010, "PN", "SHEVCHENKO^T"),
              text(0x00720070, "UT", std::string(100'000, 'c')), words(0x7FE00010, "OW", 2, pixels)};
  return encode(all, explicit_little);
}

std::string rewritten(const std::string& data_set, std::string_view edits) {
  dicom::Edits::Number ignored = 0;
  const dicom::Edits parsed = dicom::parse_edits(edits, ignored);
  dicom::Rewriter rewriter(dicom::as_bytes(data_set), explicit_syntax, parsed, dicom::WriteAs::it_came,
                           16 << 20, dicom::Limits{});
  while (rewriter.work()) {
  }
  return std::string(dicom::as_text(rewriter.data_set()));
}

class edited_outgoing : public testing::Test {
 protected:
  TemporaryFolder folder_;
  store::FileStore store_{1, folder_.path()};

  std::string sent(const std::string& data_set, std::string_view edits, std::size_t piece,
                   std::string_view syntax = explicit_syntax, const dicom::Limits& limits = {}) {
    constexpr std::size_t offset = 300;
    store::IncomingFile file = store_.receive();
    file.write(dicom::as_bytes(std::string(offset, 'm') + data_set));
    file.place();
    Outgoing outgoing({1, "1.2.3", std::string(syntax)}, store_.open(file.id().text()), offset,
                      data_set.size());
    Outgoing edited = std::move(outgoing).edit(edits, limits);
    const std::uint64_t size = edited.left();
    std::string all;
    std::vector<std::byte> buffer(piece);
    while (edited.left() > 0) {
      const dicom::Bytes bytes = edited.read(buffer);
      all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    EXPECT_EQ(all.size(), size);
    return all;
  }

  dicom::FaultCode failure(const std::string& data_set, std::string_view edits,
                           std::string_view syntax = explicit_syntax) {
    try {
      sent(data_set, edits, 1 << 20, syntax);
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.what.find("Шевченко"), std::string::npos);
      return failure.code;
    }
    return dicom::FaultCode::bad_value;
  }
};

TEST_F(edited_outgoing, is_what_the_rewriter_makes_of_all_of_it) {
  const std::string original = data_set("ISO_IR 192");
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{1 << 16}, std::size_t{8 << 20}})
    EXPECT_TRUE(sent(original, name, piece) == rewritten(original, name));
  EXPECT_NE(rewritten(original, name), original);
}

TEST_F(edited_outgoing, without_a_change_is_what_was_stored) {
  const std::string original = data_set("ISO_IR 192");
  EXPECT_TRUE(sent(original, "[]", 1 << 16) == original);
}

TEST_F(edited_outgoing, takes_the_first_edits_that_the_character_set_holds) {
  const std::string both = std::string(name) + "\n" + std::string(ascii);
  EXPECT_TRUE(sent(data_set("ISO_IR 192"), both, 1 << 20) == rewritten(data_set("ISO_IR 192"), name));
  EXPECT_TRUE(sent(data_set("ISO_IR 100"), both, 1 << 20) == rewritten(data_set("ISO_IR 100"), ascii));
}

TEST_F(edited_outgoing, is_none_where_it_cannot_be_edited) {
  EXPECT_EQ(failure(data_set("ISO_IR 100"), name), dicom::FaultCode::foreign_character);
  EXPECT_EQ(failure(data_set("ISO_IR 192"), name, deflated_syntax), dicom::FaultCode::not_transcodable);
  EXPECT_EQ(failure(data_set("ISO_IR 192").substr(0, 60), name), dicom::FaultCode::truncated);
  EXPECT_NE(failure(data_set("ISO_IR 192"), "[{"), dicom::FaultCode::bad_value);
}

}  // namespace
}  // namespace pgpacs::dimse
