#include "extension/dicom/number.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>

namespace pgpacs::dicom {
namespace {

using namespace std::string_view_literals;

std::string parse(std::string_view text) {
  const auto found = DecimalText::parse(text);
  return found ? std::string(found->view()) : "none";
}

template <typename T>
std::string from(T value) {
  const auto found = DecimalText::from(value);
  return found ? std::string(found->view()) : "none";
}

TEST(number, of_DS_and_IS_comes_out_in_the_grammar_of_JSON) {  // RFC 8259 6
  const std::pair<std::string_view, std::string_view> facts[] = {{"0", "0"},
                                                                 {"-0", "-0"},
                                                                 {"007", "7"},
                                                                 {"-007", "-7"},
                                                                 {"000", "0"},
                                                                 {"+5", "5"},
                                                                 {"5.", "5"},
                                                                 {".5", "0.5"},
                                                                 {"-.5", "-0.5"},
                                                                 {"00.50", "0.50"},
                                                                 {"1.25", "1.25"},
                                                                 {"1e5", "1e5"},
                                                                 {"1E5", "1e5"},
                                                                 {"1.5e+10", "1.5e10"},
                                                                 {"1e-7", "1e-7"},
                                                                 {"-12.50", "-12.50"},
                                                                 {" 12 ", "12"},
                                                                 {"12\0"sv, "12"},
                                                                 {"2147483647", "2147483647"},
                                                                 {"1234567890.12345", "1234567890.12345"},
                                                                 {"1.e5", "1e5"},
                                                                 {".0", "0.0"}};
  for (const auto& [text, expected] : facts) EXPECT_EQ(parse(text), expected) << text;
}

TEST(number, keeps_its_digits_as_sent) {
  EXPECT_EQ(parse("0.1000000000000000055511151231257827"), "0.1000000000000000055511151231257827");
  EXPECT_EQ(parse(std::string(40, '9')), std::string(40, '9'));
  EXPECT_EQ(parse("." + std::string(39, '9')), "0." + std::string(39, '9'));
}

TEST(number, is_none_where_the_text_is_none) {
  for (const char* text :
       {"",   " ",   "-",   "+",     ".",    "-.",    "e5",  ".e5", "1e",   "1e+", "1e1000", "--1",     "+-1",
        "1-", "1 2", "1,5", "1.2.3", "0x10", "1_000", "NaN", "inf", "12mm", "- 5", "1e5.5",  "\xD9\xA1"})
    EXPECT_EQ(parse(text), "none") << text;
  EXPECT_EQ(parse(std::string(41, '9')), "none");
}

TEST(number, of_binary_is_the_shortest_that_reads_back) {
  EXPECT_EQ(from(0.1), "0.1");
  EXPECT_EQ(from(0.1f), "0.1");
  EXPECT_EQ(from(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(from(16777217.0), "16777217");
  EXPECT_EQ(from(-0.0), "-0");
  for (const double value : {5e-324, 1.7976931348623157e308, 1e21, 1e-7, 123456.789, -2.5e-5}) {
    EXPECT_EQ(std::strtod(from(value).c_str(), nullptr), value);
    EXPECT_NE(parse(from(value)), "none") << value;  // JSON's grammar
  }
  for (const float value : {1e-38f, 3.4028235e38f, 0.3f, 16777216.0f})
    EXPECT_EQ(std::strtof(from(value).c_str(), nullptr), value);
}

TEST(number, of_binary_is_none_where_JSON_has_no_word_for_it) {
  using Double = std::numeric_limits<double>;
  using Float = std::numeric_limits<float>;
  for (const double value : {Double::quiet_NaN(), Double::infinity(), -Double::infinity()})
    EXPECT_EQ(from(value), "none");
  for (const float value : {Float::quiet_NaN(), Float::infinity(), -Float::infinity()})
    EXPECT_EQ(from(value), "none");
}

TEST(number, of_64_bits_keeps_every_digit) {
  EXPECT_EQ(DecimalText::from(std::uint64_t{18446744073709551615u}).view(), "18446744073709551615");
  EXPECT_EQ(DecimalText::from(std::numeric_limits<std::int64_t>::min()).view(), "-9223372036854775808");
  EXPECT_EQ(DecimalText::from(std::int64_t{0}).view(), "0");
}

}  // namespace
}  // namespace pgpacs::dicom
