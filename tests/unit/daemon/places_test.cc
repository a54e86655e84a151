#include "daemon/dimse/places.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgpacs::dimse {
namespace {

TEST(places, are_few_for_strangers_of_one_address) {
  Places places(64);
  std::vector<Places::Place> silent;
  while (auto place = places.enter("10.0.0.1")) silent.push_back(std::move(*place));
  EXPECT_EQ(silent.size(), most_strangers_of_an_address);
  EXPECT_TRUE(places.enter("10.0.0.2")) << "another address has its own";
  silent.pop_back();
  EXPECT_TRUE(places.enter("10.0.0.1")) << "one that goes makes room";
}

TEST(places, of_who_is_admitted_count_no_longer_for_its_address) {
  Places places(64);
  std::vector<Places::Place> admitted;
  for (std::uint32_t i = 0; i < 64; ++i) {
    auto place = places.enter("10.0.0.1");
    ASSERT_TRUE(place && place->claim());
    place->admit();
    admitted.push_back(std::move(*place));
  }
  auto one_more = places.enter("10.0.0.1");
  ASSERT_TRUE(one_more) << "it is told that there are too many";
  EXPECT_FALSE(one_more->claim());
  admitted.pop_back();
  EXPECT_TRUE(one_more->claim());
}

TEST(places, of_associations_are_not_taken_by_silent_connections) {
  Places places(8);
  std::vector<Places::Place> silent;
  while (auto place = places.enter("10.0.0.1")) silent.push_back(std::move(*place));
  auto device = places.enter("10.0.0.2");
  ASSERT_TRUE(device);
  EXPECT_TRUE(device->claim());
}

TEST(places, are_bounded_whoever_comes) {
  Places places(8);
  std::vector<Places::Place> flood;
  for (int i = 0; i < 1000; ++i)
    if (auto place = places.enter(std::to_string(i))) flood.push_back(std::move(*place));
  EXPECT_EQ(flood.size(), 8 + most_rejected);
  EXPECT_EQ(places.connections(), 8 + most_rejected);
  flood.clear();
  EXPECT_EQ(places.connections(), 0u);
}

}  // namespace
}  // namespace pgpacs::dimse
