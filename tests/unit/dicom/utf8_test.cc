#include "extension/dicom/utf8.h"

#include <gtest/gtest.h>

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;

TEST(utf8, is_well_formed_at_every_border_of_the_table) {  // Unicode table 3-7
  const std::string_view good[] = {""sv,
                                   "\0"sv,
                                   "\x7F",
                                   "\xC2\x80",
                                   "\xDF\xBF",
                                   "\xE0\xA0\x80",
                                   "\xEC\xBF\xBF",
                                   "\xED\x9F\xBF",
                                   "\xEE\x80\x80",
                                   "\xEF\xBF\xBF",
                                   "\xF0\x90\x80\x80",
                                   "\xF3\xBF\xBF\xBF",
                                   "\xF4\x8F\xBF\xBF",
                                   "Буков^Άλφα=山田"};
  for (const auto text : good) EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(utf8, is_not_well_formed_beyond_the_borders) {
  const std::string_view bad[] = {"\x80",
                                  "\xBF",
                                  "\xC0\x80",
                                  "\xC1\xBF",
                                  "\xC2",
                                  "\xC2\x7F",
                                  "\xC2\xC0",
                                  "\xE0\x9F\xBF",
                                  "\xE1\x80",
                                  "\xE1\x7F\x80",
                                  "\xE1\x80\x7F",
                                  "\xED\xA0\x80",
                                  "\xED\xBF\xBF",
                                  "\xF0\x8F\xBF\xBF",
                                  "\xF1\x80\x80",
                                  "\xF1\x80\x80\x7F",
                                  "\xF4\x90\x80\x80",
                                  "\xF5\x80\x80\x80",
                                  "\xFF",
                                  "abcdefgh\x80"};
  for (const auto text : bad) EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(utf8, of_ascii_is_ascii_at_any_length) {
  std::string text;
  for (int i = 0; i < 20; ++i, text += 'a') {
    EXPECT_TRUE(is_ascii(text));
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string bad = text;
      bad[at] = '\x80';
      EXPECT_FALSE(is_ascii(bad)) << at << " of " << text.size();
    }
  }
}

TEST(utf8, that_is_appended_is_well_formed_for_every_character) {
  for (char32_t c = 0; c <= 0x10FFFF; c = c < 0x3000 ? c + 1 : c + 97) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(c, text);
    ASSERT_EQ(utf8_sequence(text, 0), text.size()) << std::hex << static_cast<std::uint32_t>(c);
  }
  std::string text;
  for (const char32_t c : U"aÄ山😀") append_utf8(c, text);
  EXPECT_EQ(text, "aÄ山😀\0"sv);
}

}  // namespace
}  // namespace pgpacs::dicom
