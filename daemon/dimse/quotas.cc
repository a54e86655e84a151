#include "daemon/dimse/quotas.h"

#include <algorithm>
#include <utility>

namespace pgpacs::dimse {

Quotas::Seat::Seat(Seat&& other) noexcept
    : quotas_(std::exchange(other.quotas_, nullptr)), device_(other.device_) {}

Quotas::Seat& Quotas::Seat::operator=(Seat&& other) noexcept {
  std::swap(quotas_, other.quotas_);
  std::swap(device_, other.device_);
  return *this;
}

void Quotas::Seat::leave() {
  if (quotas_ == nullptr) return;
  const std::scoped_lock lock(quotas_->mutex_);
  --quotas_->devices_[device_].associations;
}

std::optional<Quotas::Seat> Quotas::sit(std::int32_t device, std::optional<std::uint32_t> most) {
  const std::scoped_lock lock(mutex_);
  std::uint32_t& associations = devices_[device].associations;
  if (most && associations >= *most) return std::nullopt;
  ++associations;
  return Seat(*this, device);
}

Quotas::Clock::time_point Quotas::next_turn(std::int32_t device, std::uint32_t per_second,
                                            Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  Clock::time_point& next = devices_[device].next;
  const Clock::time_point turn = std::max(next, now - std::chrono::seconds(1));
  next = turn + std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)) / per_second;
  return std::max(turn, now);
}

}  // namespace pgpacs::dimse
