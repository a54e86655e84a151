#include "daemon/log.h"

#include <gtest/gtest.h>

#include <string>

namespace pgpacs::log {
namespace {

std::string line(const std::string& format, const std::string& message) {
  spdlog::memory_buf_t buffer;
  make_formatter(format)->format({"pacsd", spdlog::level::warn, message}, buffer);
  return {buffer.data(), buffer.size()};
}

TEST(log, of_JSON_has_the_message_as_one_string) {
  EXPECT_TRUE(line("json", "ready")
                  .ends_with(R"("message":"ready"})"
                             "\n"));
  EXPECT_TRUE(line("json", "ready").starts_with(R"({"time":")"));
}

TEST(log, of_JSON_cannot_be_forged_by_an_AE_title) {
  const std::string forged = line("json", R"(association of ","level":"info","x":"\ rejected)");
  EXPECT_TRUE(forged.ends_with(R"("message":"association of \",\"level\":\"info\",\"x\":\"\\ rejected"})"
                               "\n"))
      << forged;
}

TEST(log, of_JSON_has_one_line_for_one_message) {
  const std::string all = line("json", "ERROR:  one\nDETAIL:  two\x01");
  EXPECT_EQ(all.find('\n'), all.size() - 1);
  EXPECT_NE(all.find(R"(one\u000aDETAIL:  two\u0001)"), std::string::npos) << all;
}

TEST(log, of_text_has_the_message_as_it_is) {
  EXPECT_TRUE(line("text", R"(say "ready")").ends_with("warning say \"ready\"\n"));
}

TEST(line_budget, has_room_for_so_many_lines_a_minute) {
  using std::chrono::seconds;
  LineBudget budget(2);
  const LineBudget::Clock::time_point now{};
  EXPECT_EQ(budget.spend(now), 0);
  EXPECT_EQ(budget.spend(now + seconds(30)), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(budget.spend(now + seconds(59)), std::nullopt);
  EXPECT_EQ(budget.spend(now + seconds(60)), 5);
  EXPECT_EQ(budget.spend(now + seconds(61)), 0);
  EXPECT_EQ(budget.spend(now + seconds(119)), std::nullopt);
  EXPECT_EQ(budget.spend(now + seconds(500)), 1);
}

}  // namespace
}  // namespace pgpacs::log
