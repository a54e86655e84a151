#include "extension/dicom/header_scanner.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/scanning.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr TransferSyntax explicit_syntax{};

// `depth` sequences, each in the item of the one before, around `inner`.
std::string nested(int depth, DataSet inner = {}) {
  for (int i = 0; i < depth; ++i) inner = {sequence(0x0040A730, {inner})};
  return encode(inner, without_lengths(explicit_little));
}

TEST(header_scanner, nests_as_deep_as_the_limit) {
  EXPECT_EQ(scan(nested(64)).fault, "");
  EXPECT_EQ(scan(nested(65)).fault, "too_deep");
  EXPECT_EQ(scan(nested(2), explicit_syntax, {.depth = 2}).fault, "");
  EXPECT_EQ(scan(nested(3), explicit_syntax, {.depth = 2}).fault, "too_deep");
  EXPECT_EQ(scan(nested(2, {fragments(0x7FE00010, "OB", {"ab"})}), explicit_syntax, {.depth = 2}).fault, "");
}

TEST(header_scanner, stops_at_a_limit_as_soon_as_that_is_sure) {
  const std::string open = hex("40 00 30 A7") + "SQ" + hex("0000 FFFFFFFF FEFF 00E0 FFFFFFFF");
  HeaderScanner deep(explicit_syntax, {.depth = 10});
  for (int i = 0; i < 10; ++i) deep.feed(as_bytes(open));
  EXPECT_EQ(fault_in([&] { deep.feed(as_bytes(open)); }), "too_deep");

  HeaderScanner large(explicit_syntax, {.header_bytes = 1000});
  const std::string value = encode({text(0x00104000, "LT", std::string(490, 'x'))});
  large.feed(as_bytes(value));
  EXPECT_EQ(fault_in([&] { large.feed(as_bytes(value + value)); }), "too_large");
  EXPECT_LE(large.header().size(), 1000u);
}

}  // namespace
}  // namespace pgpacs::dicom
