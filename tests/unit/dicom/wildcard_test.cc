#include "extension/dicom/wildcard.h"

#include <gtest/gtest.h>

#include <string>

namespace pgpacs::dicom {
namespace {

TEST(wildcard, is_one_character_or_any) {
  EXPECT_TRUE(matches_wildcard("", ""));
  EXPECT_FALSE(matches_wildcard("", "a"));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_FALSE(matches_wildcard("?", ""));
  EXPECT_TRUE(matches_wildcard("a?c", "abc"));
  EXPECT_TRUE(matches_wildcard("a*c*", "abcbc"));
  EXPECT_FALSE(matches_wildcard("a*d", "abc"));
  EXPECT_TRUE(matches_wildcard("*bc", "abcbc"));
  EXPECT_FALSE(matches_wildcard("abc", "ABC"));
}

TEST(wildcard, counts_letters_and_not_bytes) {
  EXPECT_TRUE(matches_wildcard("Ш?вченко", "Шевченко"));
  EXPECT_FALSE(matches_wildcard("Ш??вченко", "Шевченко"));
  EXPECT_TRUE(matches_wildcard("山?", "山田"));
  EXPECT_TRUE(matches_wildcard("?", "\xFF"));
}

TEST(wildcard, ends_whatever_it_is_given) {
  std::string stars;
  for (int i = 0; i < 10'000; ++i) stars += "*a";
  EXPECT_FALSE(matches_wildcard(stars + 'b', std::string(4096, 'a')));
  EXPECT_TRUE(matches_wildcard(std::string(10'000, '*'), "a"));
}

}  // namespace
}  // namespace pgpacs::dicom
