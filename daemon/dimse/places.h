// How many connections and associations there may be at once, and of whom.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace pgpacs::dimse {

// Connections of one address that have not been admitted yet. A device needs one for milliseconds; who opens
// connections and says nothing takes no place from others.
constexpr std::uint32_t most_strangers_of_an_address = 16;
// Connections beyond the associations that may be: they are told so, as long as they are not a flood.
constexpr std::uint32_t most_rejected = 32;

class Places {
 public:
  explicit Places(std::uint32_t most_associations) : most_associations_(most_associations) {}

  // One connection's place, for as long as it lives.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();

    const std::string& address() const { return address_; }
    // Whether one more association may be; it is one from then on.
    bool claim();
    // It is no stranger's any more.
    void admit();

   private:
    friend class Places;
    Place(Places& places, std::string address) : places_(&places), address_(std::move(address)) {}

    Places* places_;
    std::string address_;
    bool is_claimed_ = false;
    bool is_stranger_ = true;
  };

  // For a new connection; nothing where it is one too many.
  std::optional<Place> enter(std::string address);

  std::uint32_t connections() const;

 private:
  void forget_stranger(const std::string& address);

  mutable std::mutex mutex_;
  std::uint32_t most_associations_;
  std::uint32_t associations_ = 0, connections_ = 0;
  std::map<std::string, std::uint32_t> strangers_;
};

}  // namespace pgpacs::dimse
