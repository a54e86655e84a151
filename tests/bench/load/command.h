// A DIMSE command set (PS3.7 annex E), as little of it as the benchmark needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pgpacs::bench {

namespace element {
inline constexpr std::uint16_t sop_class_uid = 0x0002;
inline constexpr std::uint16_t command_field = 0x0100;
inline constexpr std::uint16_t message_id = 0x0110;
inline constexpr std::uint16_t responded_to = 0x0120;
inline constexpr std::uint16_t move_destination = 0x0600;
inline constexpr std::uint16_t priority = 0x0700;
inline constexpr std::uint16_t data_set_type = 0x0800;
inline constexpr std::uint16_t status = 0x0900;
inline constexpr std::uint16_t sop_instance_uid = 0x1000;
inline constexpr std::uint16_t completed = 0x1021;  // sub-operations
}  // namespace element

inline constexpr std::uint16_t c_store_rq = 0x0001;
inline constexpr std::uint16_t c_store_rsp = 0x8001;
inline constexpr std::uint16_t c_get_rq = 0x0010;
inline constexpr std::uint16_t c_find_rq = 0x0020;
inline constexpr std::uint16_t c_move_rq = 0x0021;
inline constexpr std::uint16_t has_data_set = 0x0000;
inline constexpr std::uint16_t no_data_set = 0x0101;

class Command {
 public:
  Command() = default;
  explicit Command(std::string_view bytes);  // throws Broken

  Command& set(std::uint16_t element, std::uint16_t value);
  Command& set(std::uint16_t element, std::string_view text);
  bool has(std::uint16_t element) const { return values_.contains(element); }
  std::uint16_t number(std::uint16_t element) const;  // throws Broken where there is none
  std::string_view text(std::uint16_t element) const;
  std::string bytes() const;

  bool is_pending() const;  // more responses follow (PS3.4 C.4.1.1.4)

 private:
  std::map<std::uint16_t, std::string> values_;
};

// That the object of a C-STORE-RQ was taken.
Command stored(const Command& request);

}  // namespace pgpacs::bench
