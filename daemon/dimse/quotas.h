// How much of us each device may have (pacs.remote_ae): associations at once, requests a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace pgpacs::dimse {

class Quotas {
 public:
  // A device's association, for as long as it lives.
  class Seat {
   public:
    Seat() = default;
    Seat(Seat&& other) noexcept;
    Seat& operator=(Seat&& other) noexcept;
    ~Seat() { leave(); }

   private:
    friend class Quotas;
    Seat(Quotas& quotas, std::int32_t device) : quotas_(&quotas), device_(device) {}
    void leave();

    Quotas* quotas_ = nullptr;
    std::int32_t device_ = 0;
  };

  // Nothing where the device has as many associations as it may.
  std::optional<Seat> sit(std::int32_t device, std::optional<std::uint32_t> most);

  using Clock = std::chrono::steady_clock;
  // Takes the device's next turn, of so many a second, and says when it is: all its associations take turns.
  // After a rest, a second's worth comes at once.
  Clock::time_point next_turn(std::int32_t device, std::uint32_t per_second, Clock::time_point now);

 private:
  struct Device {
    std::uint32_t associations = 0;
    Clock::time_point next{};
  };
  std::mutex mutex_;
  std::map<std::int32_t, Device> devices_;  // as many as there are devices
};

}  // namespace pgpacs::dimse
