#include "daemon/dimse/failed_logins.h"

#include <gtest/gtest.h>

namespace pgpacs::dimse {
namespace {

using std::chrono::seconds;

TEST(failed_logins, refuses_an_address_after_so_many) {
  FailedLogins failed(3);
  const auto now = FailedLogins::Clock::now();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(failed.may_try("10.0.0.1", now)) << i;
    failed.add("10.0.0.1", now);
  }
  EXPECT_FALSE(failed.may_try("10.0.0.1", now));
  EXPECT_TRUE(failed.may_try("10.0.0.2", now));
}

TEST(failed_logins, lets_it_try_again_as_each_is_a_minute_old) {
  FailedLogins failed(2);
  const auto now = FailedLogins::Clock::now();
  failed.add("10.0.0.1", now);
  failed.add("10.0.0.1", now + seconds(30));
  EXPECT_FALSE(failed.may_try("10.0.0.1", now + seconds(59)));
  EXPECT_TRUE(failed.may_try("10.0.0.1", now + seconds(60)));
  failed.add("10.0.0.1", now + seconds(60));
  EXPECT_FALSE(failed.may_try("10.0.0.1", now + seconds(89)));
  EXPECT_TRUE(failed.may_try("10.0.0.1", now + seconds(90)));
}

}  // namespace
}  // namespace pgpacs::dimse
