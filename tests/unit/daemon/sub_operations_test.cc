#include "daemon/dimse/sub_operations.h"

#include <gtest/gtest.h>

namespace pgpacs::dimse {
namespace {

using Kind = StoreOutcome::Kind;

CommandSet move_request() {
  CommandSet request = make_request(command::c_move_rq, 7);
  request.set(Field::affected_sop_class_uid, "1.2.840.10008.5.1.4.1.2.2.2");
  return request;
}

struct Counts {
  std::optional<std::uint16_t> remaining, completed, failed, warning;
  bool operator==(const Counts&) const = default;
};

Counts counts_of(const CommandSet& set) {
  return {set.number(Field::number_of_remaining_suboperations),
          set.number(Field::number_of_completed_suboperations),
          set.number(Field::number_of_failed_suboperations),
          set.number(Field::number_of_warning_suboperations)};
}

TEST(StoreOutcome, OfEachStatus) {
  EXPECT_EQ(outcome_of(0x0000).kind, Kind::stored);
  for (const int status : {0xB000, 0xB006, 0xB007, 0x0001, 0x0107, 0x0116})
    EXPECT_EQ(outcome_of(static_cast<std::uint16_t>(status)).kind, Kind::stored_with_warning) << status;
  for (const int status : {0xA700, 0xA900, 0xC000, 0x0110, 0x0122, 0xFE00, 0xFF00})
    EXPECT_EQ(outcome_of(static_cast<std::uint16_t>(status)).kind, Kind::refused) << status;
  EXPECT_EQ(outcome_of(0xA701).reason, "refused with status A701");
}

TEST(StoreOutcome, WhatIsOfUseToTryAgain) {
  EXPECT_TRUE(outcome_of(0xA700).is_temporary());
  EXPECT_TRUE((StoreOutcome{Kind::lost, 0, ""}).is_temporary());
  EXPECT_FALSE(outcome_of(0xA900).is_temporary());
  EXPECT_FALSE(outcome_of(0x0122).is_temporary());
  EXPECT_FALSE((StoreOutcome{Kind::not_accepted, 0, ""}).is_temporary());
}

TEST(SubOperations, AreCounted) {
  const CommandSet request = move_request();
  SubOperations counts(request, 5);
  EXPECT_EQ(counts_of(counts.pending()), (Counts{5, 0, 0, 0}));
  EXPECT_EQ(counts.pending().number(Field::status), 0xFF00);
  counts.count(outcome_of(0x0000), "1.1");
  counts.count(outcome_of(0xB000), "1.2");
  counts.count(outcome_of(0xA700), "1.3");
  EXPECT_EQ(counts_of(counts.pending()), (Counts{2, 1, 1, 1}));
  const CommandSet cancelled = counts.final(true);
  EXPECT_EQ(cancelled.number(Field::status), 0xFE00);
  EXPECT_EQ(counts_of(cancelled), (Counts{2, 1, 1, 1}));
  EXPECT_TRUE(cancelled.has_data_set());
}

TEST(SubOperations, EndWithTheStatusOfPS34) {
  const CommandSet request = move_request();
  const auto status_of = [&](std::initializer_list<std::uint16_t> statuses) {
    SubOperations counts(request, statuses.size());
    for (const std::uint16_t status : statuses) counts.count(outcome_of(status), "1.2");
    const CommandSet last = counts.final(false);
    EXPECT_FALSE(last.number(Field::number_of_remaining_suboperations));
    EXPECT_EQ(last.number(Field::message_id_being_responded_to), 7);
    return last.number(Field::status);
  };
  EXPECT_EQ(status_of({}), 0x0000);
  EXPECT_EQ(status_of({0, 0}), 0x0000);
  EXPECT_EQ(status_of({0, 0xA700}), 0xB000);
  EXPECT_EQ(status_of({0, 0xB000}), 0xB000);
  EXPECT_EQ(status_of({0xA700, 0xC000}), 0xA702);
}

TEST(SubOperations, CountsBeyondUSStayAtItsEnd) {
  const CommandSet request = move_request();
  SubOperations counts(request, 100000);
  EXPECT_EQ(counts_of(counts.pending()).remaining, 0xFFFF);
}

TEST(SubOperations, TheFailedAreNamed) {
  const CommandSet request = move_request();
  SubOperations counts(request, 3);
  EXPECT_EQ(counts.failed_list({}), "");
  counts.count(outcome_of(0xA700), "1.2");
  EXPECT_EQ(counts.failed_list({}), std::string("\x08\0\x58\0UI\x04\0"
                                                "1.2\0",
                                                12));
  counts.count(outcome_of(0x0000), "1.3");
  counts.count(outcome_of(0xC000), "1.4");
  EXPECT_EQ(counts.failed_list({.is_explicit = false}), std::string("\x08\0\x58\0\x08\0\0\0"
                                                                    "1.2\\1.4\0",
                                                                    16));
  EXPECT_EQ(counts.failed_list({.is_big_endian = true}), std::string("\0\x08\0\x58UI\0\x08"
                                                                     "1.2\\1.4\0",
                                                                     16));
}

TEST(SubOperations, ALongListIsUnknownToExplicitVR) {
  const CommandSet request = move_request();
  SubOperations counts(request, 2000);
  for (int i = 0; i < 2000; ++i) counts.count(outcome_of(0xA700), std::string(63, '1'));
  const std::string list = counts.failed_list({});
  EXPECT_EQ(list.substr(0, 8), std::string("\x08\0\x58\0UN\0\0", 8));
  EXPECT_EQ(list.size(), 12u + 2000 * 64);
}

}  // namespace
}  // namespace pgpacs::dimse
