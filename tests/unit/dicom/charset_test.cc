#include "extension/dicom/charset.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/builder.h"

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;
using test::hex;

// What `raw` says where (0008,0005) is `declared`; "!" behind it where bytes were no characters.
std::string decode(std::string_view declared, std::string_view raw) {
  CharacterSet charset;
  charset.declare(declared);
  std::string out;
  const bool is_clean = charset.decode(raw, out);
  return is_clean ? out : out + "!";
}

struct Sample {
  std::string_view term, raw, text;
};

// Characters of each set that the others have elsewhere or not at all.
const Sample single_byte[] = {
    {"ISO_IR 100", "C46E656173 53F872656E A4FF", "ÄneasSøren¤ÿ"},
    {"ISO_IR 101", "A3756B61737A 57B173 F5", "ŁukaszWąső"},
    {"ISO_IR 109", "A1616D72756E F5", "Ħamrunġ"},
    {"ISO_IR 110", "A2BF DE64726973", "ĸŋŪdris"},
    {"ISO_IR 144", "BBEEDA6365DCD17970D3 F0", "Люкceмбypг№"},
    {"ISO_IR 127", "E2C8C7E6EA E4E6D2C7D1", "قبانيلنزار"},
    {"ISO_IR 126", "C4E9EFEDF5F3E9EFF2", "Διονυσιος"},
    {"ISO_IR 138", "F9F8E5EF E3E1E5F8E4", "שרוןדבורה"},
    {"ISO_IR 148", "C7617675FE6FF06C75", "Çavuşoğlu"},
    {"ISO_IR 203", "BC75767265 A4", "Œuvre€"},
    {"ISO_IR 13", "D4CFC0DE C0DBB3", "ﾔﾏﾀﾞﾀﾛｳ"},
    {"ISO_IR 166", "B9D2C1CAA1D8C5", "นามสกุล"},
};

TEST(charset, decodes_every_single_byte_set_of_the_standard) {  // PS3.3 table C.12-2
  for (const Sample& sample : single_byte) {
    EXPECT_EQ(decode(sample.term, hex(sample.raw)), sample.text) << sample.term;
    const std::string extended = "ISO 2022 IR " + std::string(sample.term.substr(7));  // table C.12-3
    EXPECT_EQ(decode(extended, hex(sample.raw)), sample.text) << extended;
  }
}

TEST(charset,
     keeps_the_codes_of_ascii_in_every_set) {  // so that backslash, caret and equals sign part values
  const std::string_view text = "A\\B^C=D~";
  for (const Sample& sample : single_byte) {
    const std::string raw = std::string(text) + hex(sample.raw);
    EXPECT_EQ(decode(sample.term, raw), std::string(text) + std::string(sample.text)) << sample.term;
  }
  for (const char* term : {"", "ISO_IR 192", "GB18030", "GBK"}) EXPECT_EQ(decode(term, text), text) << term;
}

TEST(charset, decodes_the_sets_of_many_bytes) {
  const Sample samples[] = {
      {"ISO_IR 192", "C38420E5B1B1 F09F9880", "Ä 山😀"},
      {"GB18030", "CDF55ED0A1B6AB", "王^小东"},
      {"GB18030", "95328236 A2E3", "𠀀€"},
      {"GBK", "CDF55ED0A1B6AB", "王^小东"},
      {"GBK", "955C5C955C", "昞\\昞"},  // a second byte of 5CH is no backslash
  };
  for (const Sample& sample : samples)
    EXPECT_EQ(decode(sample.term, hex(sample.raw)), sample.text) << sample.term;
}

TEST(charset, decodes_text_of_any_length) {
  std::string raw, text;
  for (int i = 0; i < 1000; ++i) raw += "\xCD\xF5", text += "王";
  EXPECT_EQ(decode("GBK", raw), text);
  EXPECT_EQ(decode("GBK", raw + "\xFF" + raw), text + "\uFFFD" + text + "!");
}

TEST(charset, is_the_default_repertoire_where_none_is_declared) {
  for (const char* none : {"", " ", "\\ISO 2022 IR 87", "ISO 2022 IR 6\\ISO 2022 IR 87", "ISO_IR 6"}) {
    CharacterSet charset;
    EXPECT_TRUE(charset.declare(none)) << none;
    EXPECT_EQ(charset.kind(), CharacterSet::Kind::ascii) << none;
  }
}

TEST(charset, takes_the_terms_of_the_standard_with_their_padding) {
  for (const char* term :
       {"ISO_IR 100", "ISO_IR 100 ", " ISO_IR 192", "ISO 2022 IR 100\\ISO 2022 IR 144", "GBK", "GB18030 "}) {
    CharacterSet charset;
    EXPECT_TRUE(charset.declare(term)) << term;
    EXPECT_NE(charset.kind(), CharacterSet::Kind::ascii) << term;
  }
}

TEST(charset, takes_misspelt_terms_for_what_they_mean_and_says_so) {
  for (const char* term :
       {"ISO-IR 100", "ISO IR 100", "iso_ir 100", "ISO_IR100", "ISOIR 100", "ISO_IR  100", "100"}) {
    CharacterSet charset;
    EXPECT_FALSE(charset.declare(term)) << term;
    EXPECT_EQ(decode(term, "\xC4"), "Ä") << term;
  }
  for (const char* term : {"UTF-8", "utf8", "ISO-IR 192", "ISO 2022 IR 192"}) {
    CharacterSet charset;
    EXPECT_FALSE(charset.declare(term)) << term;
    EXPECT_EQ(charset.kind(), CharacterSet::Kind::utf8) << term;
  }
  for (const char* term : {"gb18030", "GB 18030", "ISO_IR GBK"}) {
    CharacterSet charset;
    EXPECT_FALSE(charset.declare(term)) << term;
    EXPECT_EQ(charset.kind(), CharacterSet::Kind::multi_byte) << term;
  }
}

TEST(charset, takes_unknown_terms_for_the_default_repertoire_and_says_so) {
  for (const char* term :
       {"ISO_IR 999", "ISO_IR", "LATIN1", "KOI8-R", "windows-1252", "ISO_IR 1000", "\xFF\xFE"}) {
    CharacterSet charset;
    EXPECT_FALSE(charset.declare(term)) << term;
    EXPECT_EQ(charset.kind(), CharacterSet::Kind::ascii) << term;
  }
}

TEST(charset, forgets_what_was_declared_before) {
  CharacterSet charset;
  charset.declare("ISO_IR 144");
  charset.declare("");
  EXPECT_EQ(charset.kind(), CharacterSet::Kind::ascii);
}

TEST(charset, reads_undeclared_bytes_as_utf8_else_as_latin_1_and_says_so) {
  EXPECT_EQ(decode("", "\xC3\x84"), "Ä!");
  EXPECT_EQ(decode("", "\xC4neas"), "Äneas!");
  EXPECT_EQ(decode("ISO_IR 999", "\xE9\x80"), "é\u0080!");
}

TEST(charset, gives_a_replacement_character_for_each_bad_byte_and_says_so) {
  const Sample samples[] = {
      {"ISO_IR 109", "41A542", "A\uFFFDB!"},  // a hole of the set
      {"ISO_IR 127", "A1C7", "\uFFFDا!"},
      {"ISO_IR 13", "80E0", "\uFFFD\uFFFD!"},
      {"ISO_IR 166", "FCA1", "\uFFFDก!"},
      {"ISO_IR 192", "41FF42C3", "A\uFFFDB\uFFFD!"},
      {"ISO_IR 192", "EDA080", "\uFFFD\uFFFD\uFFFD!"},  // a surrogate
      {"GBK", "CDF5CD", "王\uFFFD!"},                   // cut
      {"GBK", "FF41", "\uFFFDA!"},
      {"GB18030", "8120CDF5", "\uFFFD 王!"},
  };
  for (const Sample& sample : samples)
    EXPECT_EQ(decode(sample.term, hex(sample.raw)), sample.text) << sample.term;
}

TEST(charset, never_gives_NUL) {
  for (const char* term : {"", "ISO_IR 100", "ISO_IR 192", "GBK"}) {
    EXPECT_EQ(decode(term, "a\0b\0"sv), "ab") << term;
    EXPECT_EQ(decode(term, "a\0\xC3\x84\0"sv).find('\0'), std::string::npos) << term;
  }
}

TEST(charset, adds_to_what_is_there) {
  std::string out = "before ";
  CharacterSet{}.decode("after", out);
  EXPECT_EQ(out, "before after");
}

// PS3.5 annexes H, I and K.
TEST(charset, changes_at_escape_sequences) {
  EXPECT_EQ(decode("\\ISO 2022 IR 87",
                   "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B"),
            "Yamada^Tarou=山田^太郎=やまだ^たろう");
  EXPECT_EQ(decode("ISO 2022 IR 13\\ISO 2022 IR 87",
                   "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J=\x1B$B$d$^$@\x1B(J^\x1B$"
                   "B$?$m$&\x1B(J"),
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
  EXPECT_EQ(
      decode("\\ISO 2022 IR 149",
             "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF"),
      "Hong^Gildong=洪^吉洞=홍^길동");
  EXPECT_EQ(decode("\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB="),
            "Zhang^XiaoDong=张^小东=");
  EXPECT_EQ(decode("\\ISO 2022 IR 159", "\x1B$(D\x30\x21\x1B(B"), "丂");
  EXPECT_EQ(decode("ISO 2022 IR 6\\ISO 2022 IR 144\\ISO 2022 IR 101", "\x1B-L\xBA\xD8\xE2 \x1B-B\xA3"),
            "Кит Ł");
}

TEST(charset, begins_anew_with_each_value_and_line) {
  EXPECT_EQ(decode("ISO 2022 IR 100\\ISO 2022 IR 144", "\x1B-L\xBA\\\xE4"), "К\\ä");
  EXPECT_EQ(decode("ISO 2022 IR 100\\ISO 2022 IR 144", "\x1B-L\xBA\r\n\xE4"), "К\r\nä");
}

TEST(charset, takes_no_byte_of_a_pair_for_a_delimiter) {  // 0x5C 0x5E 0x3D within JIS X 0208
  EXPECT_EQ(decode("\\ISO 2022 IR 87", "\x1B$B\x3D\x3D\x5C\x5E\x1B(B\\b"), "十權\\b");
}

TEST(charset, says_where_an_escape_sequence_leads_nowhere) {
  EXPECT_EQ(decode("\\ISO 2022 IR 87", "a\x1Bzb"), "azb!");
  EXPECT_EQ(decode("\\ISO 2022 IR 87", "\x1B"), "!");
  EXPECT_EQ(decode("\\ISO 2022 IR 87", "\x1B$B;"), "\uFFFD!");
  EXPECT_EQ(decode("\\ISO 2022 IR 87", "\xE4"), "\uFFFD!");
  EXPECT_EQ(decode("\\ISO 2022 IR 149", "\x1B$)C\xFF\xFF"), "\uFFFD\uFFFD!");
}

TEST(charset, knows_which_terms_go_together) {
  for (const std::string_view right :
       {"\\ISO 2022 IR 87"sv, "ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159"sv,
        "ISO 2022 IR 6\\ISO 2022 IR 149 "sv, "ISO 2022 IR 100"sv})
    EXPECT_TRUE(CharacterSet{}.declare(right)) << right;
  for (const std::string_view wrong :
       {"ISO 2022 IR 87"sv, "ISO_IR 192\\ISO 2022 IR 87"sv, "GB18030\\ISO 2022 IR 58"sv, "\\ISO_IR 87"sv,
        "\\ISO 2022 IR 999"sv, "ISO_IR 100\\ISO_IR 144"sv})
    EXPECT_FALSE(CharacterSet{}.declare(wrong)) << wrong;
}

}  // namespace
}  // namespace pgpacs::dicom
