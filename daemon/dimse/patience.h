// How long one who asks is waited for while he takes his answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace pgpacs::dimse {

// For `most` at once; each 16 KB that he takes earn a second of it back, never more than `most`. So who is
// slow but keeps moving gets any number of answers, and who does not is found out soon, whatever the buffers
// between us hold.
class Patience {
 public:
  using Duration = std::chrono::steady_clock::duration;
  static constexpr std::size_t bytes_for_a_second = 16 << 10;

  explicit Patience(std::chrono::seconds most) : most_(most), left_(most) {}

  Duration left() const { return left_; }
  // False where it is at an end.
  bool wait(std::size_t bytes, Duration waited) {
    const Duration earned = bytes * Duration{std::chrono::seconds(1)} / bytes_for_a_second;
    left_ = std::min(left_ + earned, most_) - waited;
    return left_ > Duration::zero();
  }

 private:
  Duration most_, left_;
};

}  // namespace pgpacs::dimse
