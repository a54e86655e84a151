// DIMSE command sets (PS3.7 6.3, annex E): implicit VR little endian, flat, group 0000 only. Read and written
// here and not by DCMTK, which parses them without limit (measured: nested sequences overflow its stack).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extension/dicom/bytes.h"

namespace pgpacs::dimse {

inline constexpr std::size_t largest_command_set = 64 << 10;

// Elements of group 0000.
enum class Field : std::uint16_t {
  affected_sop_class_uid = 0x0002,
  command_field = 0x0100,
  message_id = 0x0110,
  message_id_being_responded_to = 0x0120,
  command_data_set_type = 0x0800,
  status = 0x0900,
  error_comment = 0x0902,
  affected_sop_instance_uid = 0x1000,
};

namespace command {
inline constexpr std::uint16_t c_store_rq = 0x0001;
inline constexpr std::uint16_t c_echo_rq = 0x0030;
inline constexpr std::uint16_t c_cancel_rq = 0x0FFF;
inline constexpr std::uint16_t response = 0x8000;  // bit of every response
}  // namespace command

inline constexpr std::uint16_t no_data_set = 0x0101;

class CommandSet {
 public:
  // Nothing where the bytes are no flat command set.
  static std::optional<CommandSet> parse(dicom::Bytes bytes);

  std::optional<std::uint16_t> number(Field field) const;
  std::string_view text(Field field) const;  // without padding; empty where absent
  bool has_data_set() const { return number(Field::command_data_set_type) != no_data_set; }

  void set(Field field, std::uint16_t value);
  void set(Field field, std::string_view text, char padding = '\0');

  // With the group length; fields ascending whatever the order in which they were set.
  std::string bytes() const;

 private:
  std::vector<std::pair<Field, std::string>> fields_;
};

// The beginning of every response: to whom, and that no data set follows.
CommandSet make_response(const CommandSet& request, std::uint16_t status);

}  // namespace pgpacs::dimse
