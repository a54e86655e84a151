#include "daemon/dimse/places.h"

#include <utility>

namespace pgpacs::dimse {

std::optional<Places::Place> Places::enter(std::string address) {
  const std::scoped_lock lock(mutex_);
  if (connections_ >= most_associations_ + most_rejected) return std::nullopt;
  std::uint32_t& strangers = strangers_[address];
  if (strangers >= most_strangers_of_an_address) return std::nullopt;
  ++strangers;
  ++connections_;
  return Place(*this, std::move(address));
}

std::uint32_t Places::connections() const {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

void Places::forget_stranger(const std::string& address) {
  const auto at = strangers_.find(address);
  if (--at->second == 0) strangers_.erase(at);
}

Places::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)),
      address_(std::move(other.address_)),
      is_claimed_(other.is_claimed_),
      is_stranger_(other.is_stranger_) {}

Places::Place::~Place() {
  if (places_ == nullptr) return;
  const std::scoped_lock lock(places_->mutex_);
  if (is_stranger_) places_->forget_stranger(address_);
  if (is_claimed_) --places_->associations_;
  --places_->connections_;
}

bool Places::Place::claim() {
  const std::scoped_lock lock(places_->mutex_);
  if (!is_claimed_ && places_->associations_ < places_->most_associations_) {
    ++places_->associations_;
    is_claimed_ = true;
  }
  return is_claimed_;
}

void Places::Place::admit() {
  const std::scoped_lock lock(places_->mutex_);
  if (std::exchange(is_stranger_, false)) places_->forget_stranger(address_);
}

}  // namespace pgpacs::dimse
