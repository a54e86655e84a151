// How long the objects of a run took.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pgpacs::bench {

class Latencies {
 public:
  void add(std::uint32_t microseconds) { all_.push_back(microseconds); }
  void add(const Latencies& others) { all_.insert(all_.end(), others.all_.begin(), others.all_.end()); }
  void sort() { std::ranges::sort(all_); }

  // After sort(). share: 0.5 is the median, 1 the longest.
  std::uint32_t percentile(double share) const {
    if (all_.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(all_.size()));
    return all_[std::min(at, all_.size() - 1)];
  }

 private:
  std::vector<std::uint32_t> all_;
};

}  // namespace pgpacs::bench
