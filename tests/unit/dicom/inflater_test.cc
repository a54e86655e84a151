#include "extension/dicom/inflater.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/deflate.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {
namespace {

using test::deflate;

struct Inflated {
  std::string bytes, fault;
  bool is_finished = false;
};

Inflated inflate(std::string_view deflated, std::size_t piece = 4096, const Limits& limits = {}) {
  Inflated result;
  Inflater inflater(limits);
  result.fault = fault_in([&] {
    for (std::size_t at = 0; at < deflated.size(); at += piece)
      inflater.feed(as_bytes(deflated.substr(at, piece)),
                    [&](Bytes inflated) { result.bytes += as_text(inflated); });
  });
  result.is_finished = inflater.is_finished();
  return result;
}

// Bytes that deflate cannot make small.
std::string noise(std::size_t size) {
  std::string bytes;
  for (std::uint32_t state = 1; bytes.size() < size; state = state * 1664525 + 1013904223)
    bytes += static_cast<char>(state >> 24);
  return bytes;
}

TEST(inflater, gives_back_what_was_deflated_in_pieces_of_any_size) {
  for (const std::string& bytes :
       {std::string(), encode(test::sample()), noise(100000), std::string(500000, 'x')}) {
    for (const std::size_t piece : {1, 7, 4096, 1 << 20}) {
      const Inflated result = inflate(deflate(bytes), piece);
      EXPECT_TRUE(result.bytes == bytes && result.fault.empty() && result.is_finished)
          << bytes.size() << ' ' << piece;
    }
  }
}

TEST(inflater, gives_piece_by_piece_what_it_gives_at_once) {
  const std::string bytes = noise(100000);
  const std::string deflated = deflate(bytes);
  Inflater inflater(Limits{});
  std::string inflated;
  EXPECT_TRUE(inflater.next().empty());
  for (std::size_t at = 0; at < deflated.size(); at += 7000) {
    inflater.give(as_bytes(std::string_view(deflated).substr(at, 7000)));
    for (Bytes piece = inflater.next(); !piece.empty(); piece = inflater.next()) inflated += as_text(piece);
  }
  EXPECT_TRUE(inflated == bytes && inflater.is_finished());
  inflater.give(as_bytes("padding"));
  EXPECT_TRUE(inflater.next().empty());
}

TEST(inflater, is_not_finished_before_the_end_of_the_stream) {
  const std::string deflated = deflate(encode(test::sample()));
  for (std::size_t size = 0; size < deflated.size(); ++size) {
    const Inflated result = inflate(deflated.substr(0, size));
    EXPECT_FALSE(result.is_finished) << size;
    EXPECT_EQ(result.fault, "") << size;
  }
}

TEST(inflater, passes_over_padding_behind_the_stream) {  // PS3.5 A.5
  for (const char* padding : {"", "\x01", "more"}) {
    const Inflated together = inflate(deflate("data set") + std::string("\0", 1) + padding);
    EXPECT_EQ(together.bytes, "data set");
    EXPECT_EQ(inflate(deflate("data set") + padding, 1).bytes, "data set");
  }
}

TEST(inflater, refuses_a_broken_stream) {
  for (const std::string& bytes :
       {std::string("\xFF\xFF\xFF\xFF"), deflate("data set", true), std::string(encode(test::sample()))})
    EXPECT_EQ(inflate(bytes).fault, "bad_structure");
  std::string deflated = deflate(noise(1000) + std::string(1000, 'x'));
  deflated[2] = static_cast<char>(deflated[2] ^ 0x55);  // the length of a stored block and its complement
  EXPECT_EQ(inflate(deflated).fault, "bad_structure");
}

TEST(inflater, stops_a_stream_that_grows_beyond_the_ratio) {
  const std::string bomb = deflate(std::string(6 << 20, '\0'));  // about 1000 to 1
  for (const std::size_t piece : {std::size_t{512}, bomb.size()}) {
    const Inflated result = inflate(bomb, piece);
    EXPECT_EQ(result.fault, "too_large");
    EXPECT_LE(result.bytes.size(), (1u << 20) + bomb.size() * 200);
  }
  EXPECT_EQ(inflate(bomb, 4096, {.inflate_ratio = 2000}).fault, "");
}

TEST(inflater, lets_a_short_stream_grow_to_a_megabyte) {
  EXPECT_EQ(inflate(deflate(std::string(1 << 20, '\0'))).fault, "");
}

}  // namespace
}  // namespace pgpacs::dicom
