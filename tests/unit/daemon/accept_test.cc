#include "daemon/http/accept.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pgpacs::http {
namespace {

// "multipart/related<application/dicom>[1.2]0.5, …": inner type, transfer syntax and quality where they are
// set.
std::string parse(std::string_view field) {
  std::ostringstream out;
  for (const MediaRange& range : parse_accept(field)) {
    if (out.tellp() > 0) out << ", ";
    out << range.type;
    if (!range.inner_type.empty()) out << '<' << range.inner_type << '>';
    if (!range.transfer_syntax.empty()) out << '[' << range.transfer_syntax << ']';
    if (range.quality != 1) out << range.quality;
  }
  return out.str();
}

TEST(accept, of_nothing_takes_anything) {
  for (const char* field : {"", " ", ",", " , ,"}) EXPECT_EQ(parse(field), "*/*") << field;
}

TEST(accept, gives_the_best_first_and_equal_ones_as_they_stand) {  // RFC 9110 12.5.1
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"audio/*; q=0.2, audio/basic", "audio/basic, audio/*0.2"},
      {"text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c",
       "text/html, text/x-c, text/x-dvi0.8, text/plain0.5"},
      {"a/a, b/b, c/c", "a/a, b/b, c/c"},
      {"a/a;q=1.000,b/b;q=0.999", "a/a, b/b0.999"},
      {" a/a\t;\tq=0.5 ,, b/b ", "b/b, a/a0.5"}};
  for (const auto& [field, expected] : facts) EXPECT_EQ(parse(field), expected) << field;
}

TEST(accept, knows_the_parameters_of_DICOMweb) {  // PS3.18 8.7.4
  const std::pair<std::string_view, std::string_view> facts[] = {
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1)",
       "multipart/related<application/dicom>[1.2.840.10008.1.2.1]"},
      {R"(multipart/related;type=application/dicom;transfer-syntax=*;q=0.9, */*;q=0.1)",
       "multipart/related<application/dicom>[*]0.9, */*0.1"},
      {R"(application/dicom; transfer-syntax="1.2"; charset=utf-8)", "application/dicom[1.2]"},
      {"MULTIPART/Related; TYPE=\"Application/DICOM\"; Q=0.5", "multipart/related<application/dicom>0.5"},
      {R"(multipart/related; type="a,b;c=d"; q=0.5, text/html)",
       R"(text/html, multipart/related<a,b;c=d>0.5)"}};
  for (const auto& [field, expected] : facts) EXPECT_EQ(parse(field), expected) << field;
}

TEST(accept, leaves_out_what_is_not_wanted) {
  EXPECT_EQ(parse("a/a;q=0, b/b"), "b/b");
  EXPECT_EQ(parse("a/a;q=0"), "");
  for (const char* quality : {"x", "", "-1", "1.5", "nan", "inf", "\"\""})
    EXPECT_EQ(parse(std::string("b/b, a/a;q=") + quality), "b/b") << quality;
}

TEST(accept, is_bounded) {
  std::string field;
  for (int i = 0; i < 1000; ++i) field += "a/a,";
  EXPECT_EQ(parse_accept(field).size(), 50u);
}

TEST(accept, of_broken_quotes_ends) {
  EXPECT_EQ(parse("a/a; type=\"b"), "a/a<\"b>");
  EXPECT_EQ(parse("\""), "\"");
}

}  // namespace
}  // namespace pgpacs::http
