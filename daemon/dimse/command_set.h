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
#include "extension/dicom/fault.h"
#include "extension/dicom/tag.h"

namespace pgpacs::dimse {

inline constexpr std::size_t largest_command_set = 64 << 10;

// Elements of group 0000.
enum class Field : std::uint16_t {
  affected_sop_class_uid = 0x0002,
  requested_sop_class_uid = 0x0003,
  command_field = 0x0100,
  message_id = 0x0110,
  message_id_being_responded_to = 0x0120,
  move_destination = 0x0600,
  priority = 0x0700,
  command_data_set_type = 0x0800,
  status = 0x0900,
  offending_element = 0x0901,
  error_comment = 0x0902,
  affected_sop_instance_uid = 0x1000,
  requested_sop_instance_uid = 0x1001,
  event_type_id = 0x1002,
  action_type_id = 0x1008,
  number_of_remaining_suboperations = 0x1020,
  number_of_completed_suboperations = 0x1021,
  number_of_failed_suboperations = 0x1022,
  number_of_warning_suboperations = 0x1023,
  move_originator_ae_title = 0x1030,
  move_originator_message_id = 0x1031,
};

namespace command {
inline constexpr std::uint16_t c_store_rq = 0x0001;
inline constexpr std::uint16_t c_get_rq = 0x0010;
inline constexpr std::uint16_t c_find_rq = 0x0020;
inline constexpr std::uint16_t c_move_rq = 0x0021;
inline constexpr std::uint16_t c_echo_rq = 0x0030;
inline constexpr std::uint16_t n_event_report_rq = 0x0100;
inline constexpr std::uint16_t n_action_rq = 0x0130;
inline constexpr std::uint16_t c_cancel_rq = 0x0FFF;
inline constexpr std::uint16_t response = 0x8000;  // bit of every response
}  // namespace command

inline constexpr std::uint16_t no_data_set = 0x0101;
inline constexpr std::uint16_t has_data_set = 0x0001;  // any other value

class CommandSet {
 public:
  // Nothing where the bytes are no flat command set.
  static std::optional<CommandSet> parse(dicom::Bytes bytes);

  std::optional<std::uint16_t> number(Field field) const;
  std::string_view text(Field field) const;  // without padding; empty where absent
  bool has_data_set() const { return number(Field::command_data_set_type) != no_data_set; }

  // In the place of what the field had.
  void set(Field field, std::uint16_t value);
  void set(Field field, std::string_view text, char padding = '\0');
  void set(Field field, dicom::Tag value);

  // With the group length; fields ascending whatever the order in which they were set.
  std::string bytes() const;

 private:
  void put(Field field, std::string value);

  std::vector<std::pair<Field, std::string>> fields_;
};

// The beginning of every request of ours; a data set follows where the field's value is changed to say so.
CommandSet make_request(std::uint16_t command_field, std::uint16_t message_id);

// The beginning of every response: to whom, and that no data set follows.
CommandSet make_response(const CommandSet& request, std::uint16_t status);

// A response with the fault's status, its words as Error Comment, and the Offending Element that they name.
CommandSet make_failure(const CommandSet& request, dicom::FaultCode code, std::string_view what);

}  // namespace pgpacs::dimse
