#include "daemon/dimse/quotas.h"

#include <gtest/gtest.h>

namespace pgpacs::dimse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Quotas, GivesADeviceAsManyAssociationsAsItMayHave) {
  Quotas quotas;
  auto first = quotas.sit(1, 2);
  auto second = quotas.sit(1, 2);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(quotas.sit(1, 2));
  EXPECT_TRUE(quotas.sit(2, 2)) << "another device has its own";
  first.reset();
  EXPECT_TRUE(quotas.sit(1, 2)) << "one has ended";
}

TEST(Quotas, CountsAlsoWhereThereIsNoLimit) {
  Quotas quotas;
  const auto unlimited = quotas.sit(1, std::nullopt);
  EXPECT_FALSE(quotas.sit(1, 1)) << "the limit was set while an association was open";
}

TEST(Quotas, ASeatThatIsMovedIsGivenBackOnce) {
  Quotas quotas;
  {
    Quotas::Seat seat;
    seat = std::move(*quotas.sit(1, 1));
    EXPECT_FALSE(quotas.sit(1, 1));
  }
  const auto again = quotas.sit(1, 1);
  EXPECT_TRUE(again);
  EXPECT_FALSE(quotas.sit(1, 1));
}

TEST(Quotas, TurnsComeAtTheirRate) {
  Quotas quotas;
  const auto now = Quotas::Clock::now();
  for (int i = 0; i < 11; ++i)
    EXPECT_EQ(quotas.next_turn(1, 10, now), now) << "a second's worth comes at once";
  EXPECT_EQ(quotas.next_turn(1, 10, now), now + milliseconds(100));
  EXPECT_EQ(quotas.next_turn(1, 10, now), now + milliseconds(200));
  EXPECT_EQ(quotas.next_turn(2, 10, now), now) << "another device has turns of its own";
}

TEST(Quotas, ARestSavesASecondsWorthAndNoMore) {
  Quotas quotas;
  const auto now = Quotas::Clock::now();
  quotas.next_turn(1, 2, now);
  const auto later = now + seconds(3600);
  int at_once = 0;
  while (quotas.next_turn(1, 2, later) == later) ++at_once;
  EXPECT_EQ(at_once, 3);
}

}  // namespace
}  // namespace pgpacs::dimse
