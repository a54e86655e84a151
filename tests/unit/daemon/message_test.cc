#include "daemon/http/message.h"

#include <gtest/gtest.h>

namespace pgpacs::http {
namespace {

// "path ? name=value & …" as decoded, or "malformed".
std::string parse(std::string_view target) {
  Request request;
  if (!parse_target(target, request)) return "malformed";
  std::string out = request.path;
  for (const auto& [name, value] : request.query)
    out.append(out == request.path ? " ? " : " & ").append(name).append("=").append(value);
  return out;
}

TEST(message, decodes_a_target) {  // RFC 3986 2.1
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"/", "/"},
      {"/dicom-web/studies/1.2.3", "/dicom-web/studies/1.2.3"},
      {"/a%20b/%D0%AF%41", "/a b/ЯA"},
      {"/a+b", "/a+b"},
      {"/v?", "/v"},
      {"/v?token=abc", "/v ? token=abc"},
      {"/v?b=2&a=1", "/v ? a=1 & b=2"},
      {"/v?a=x+y%2B%26%3D", "/v ? a=x y+&="},
      {"/v?a%20b=c=d?e", "/v ? a b=c=d?e"},
      {"/v?a", "/v ? a="},
      {"/v?a=1&a=2", "/v ? a=2"},
      {"/v?a=%41", "/v ? a=A"}};
  for (const auto& [target, expected] : facts) EXPECT_EQ(parse(target), expected) << target;
}

TEST(message, refuses_a_target_that_is_malformed) {
  for (const char* target :
       {"",       "v",        "?a=b",     "*",           "http://host/v", "%2Fv",       "/%",     "/%4",
        "/%zz",   "/a%0",     "/%00",     "/%FF",        "/%C3",          "/%ED%A0%80", "/v?a=%", "/v?a=%1",
        "/v?%=a", "/v?a=%00", "/v?a=%FF", "/v?%C3%28=a", "/\xFF",         "/%+1"})
    EXPECT_EQ(parse(target), "malformed") << target;
  EXPECT_EQ(parse(std::string_view("/a\0b", 4)), "malformed");
}

TEST(message, takes_at_most_200_parameters) {
  std::string target = "/v?";
  for (int i = 0; i < 200; ++i) target += std::to_string(i) + "=&";
  EXPECT_NE(parse(target), "malformed");
  EXPECT_EQ(parse(target + "x"), "malformed");
}

TEST(message, of_a_problem_is_a_document_of_RFC_9457) {
  const Response response = make_problem(dicom::FaultCode::expired_token, "");
  EXPECT_EQ(response.status, 403u);
  EXPECT_EQ(response.fields.at("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.fields.at("Cache-Control"), "no-store");
  ASSERT_EQ(response.body.size(), 1u);
  EXPECT_EQ(response.body[0].text,
            "{\"title\":\"the link has expired; ask the information system for a new one\",\"status\":403,"
            "\"detail\":\"the link has expired; ask the information system for a new one (PC042)\"}\n");
  EXPECT_EQ(response.size(), response.body[0].text.size());
}

TEST(message, of_a_problem_quotes_its_detail) {
  EXPECT_EQ(make_problem(400, "a \"b\"", "c\nd\\").body[0].text,
            "{\"title\":\"a \\\"b\\\"\",\"status\":400,\"detail\":\"c\\u000ad\\\\\"}\n");
  EXPECT_NE(
      make_problem(dicom::FaultCode::not_found, "no such frame").body[0].text.find("no such frame (PC045)"),
      std::string::npos);
}

TEST(message, of_every_fault_has_its_status) {
  for (std::size_t i = 0; i < std::size(dicom::fault_table); ++i)
    EXPECT_EQ(make_problem(static_cast<dicom::FaultCode>(i), "").status, dicom::fault_table[i].http_status);
}

TEST(message, is_as_long_as_its_pieces) {
  Response response = make_text(200, "text/plain", "12345");
  EXPECT_EQ(response.fields.at("Content-Type"), "text/plain");
  const auto* store =
      reinterpret_cast<const store::FileStore*>(&response);  // only whether there is one counts
  response.body.push_back({"not sent", store, "id", 5'000'000'000});
  EXPECT_EQ(response.size(), 5'000'000'005u);
  EXPECT_EQ(Response{}.size(), 0u);
}

TEST(message, escapes_what_HTML_would_read) {
  EXPECT_EQ(escape_html("<a href=\"x\" title='y'>&amp;</a>山"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;山");
  EXPECT_EQ(escape_html(""), "");
}

}  // namespace
}  // namespace pgpacs::http
