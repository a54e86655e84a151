#include "daemon/dimse/patience.h"

#include <gtest/gtest.h>

namespace pgpacs::dimse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t a_second_of_it = Patience::bytes_for_a_second;

TEST(patience, ends_with_who_takes_nothing) {
  Patience patience{seconds(60)};
  for (int i = 0; i < 59; ++i) EXPECT_TRUE(patience.wait(0, seconds(1)));
  EXPECT_FALSE(patience.wait(0, seconds(1)));
}

TEST(patience, does_not_end_with_who_keeps_moving) {
  Patience patience{seconds(60)};
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(patience.wait(a_second_of_it, seconds(1)));
}

TEST(patience, ends_in_time_with_who_moves_at_half_the_pace) {
  Patience patience{seconds(60)};
  int waited = 0;
  while (patience.wait(a_second_of_it / 2, seconds(1))) ++waited;
  EXPECT_NEAR(waited, 120, 2);
}

TEST(patience, cannot_be_saved_up) {
  Patience patience{seconds(60)};
  EXPECT_TRUE(patience.wait(1'000 * a_second_of_it, milliseconds(1))) << "what the buffers between us took";
  EXPECT_FALSE(patience.wait(0, seconds(61)));
}

}  // namespace
}  // namespace pgpacs::dimse
