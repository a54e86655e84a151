#include "daemon/dimse/sub_operations.h"

#include <algorithm>

#include "extension/dicom/bytes.h"

namespace pgpacs::dimse {
namespace {

// PS3.4 tables C.4-2 and C.4-3
constexpr std::uint16_t success = 0x0000, warning_some_failed = 0xB000, pending_status = 0xFF00,
                        cancelled = 0xFE00, unable_to_perform = 0xA702;

constexpr std::size_t longest_short_value = 0xFFFE;  // of a VR with a length of 16 bits

// The fields are US: what is more is said to be as much as one can say.
std::uint16_t as_us(std::uint64_t count) {
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(count, 0xFFFF));
}

template <typename Number>
void put(std::string& out, Number value, bool is_big_endian) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    out += static_cast<char>(value >> (8 * (is_big_endian ? sizeof value - 1 - i : i)));
}

}  // namespace

void SubOperations::count(const StoreOutcome& outcome, std::string_view sop_instance_uid) {
  --remaining_;
  if (outcome.kind == StoreOutcome::Kind::stored_with_warning) ++warning_;
  if (outcome.kind == StoreOutcome::Kind::stored) ++completed_;
  if (outcome.is_stored()) return;
  if (++failed_ == 1) reason_ = outcome.reason;
  if (!failed_uids_.empty()) failed_uids_ += '\\';
  failed_uids_ += sop_instance_uid;
}

CommandSet SubOperations::make(std::uint16_t status, bool has_remaining) const {
  CommandSet response = make_response(request_, status);
  if (has_remaining) response.set(Field::number_of_remaining_suboperations, as_us(remaining_));
  response.set(Field::number_of_completed_suboperations, as_us(completed_));
  response.set(Field::number_of_failed_suboperations, as_us(failed_));
  response.set(Field::number_of_warning_suboperations, as_us(warning_));
  return response;
}

CommandSet SubOperations::pending() const {
  return make(pending_status, true);
}

// What remains is told of a cancelled one only (PS3.4 C.4.2.1.6).
CommandSet SubOperations::final(bool is_cancelled) const {
  const bool has_stored = completed_ + warning_ > 0;
  const std::uint16_t status = is_cancelled   ? cancelled
                               : failed_ == 0 ? (warning_ == 0 ? success : warning_some_failed)
                               : has_stored   ? warning_some_failed
                                              : unable_to_perform;
  CommandSet response = make(status, is_cancelled);
  if (failed_ > 0) response.set(Field::command_data_set_type, has_data_set);
  return response;
}

// A UI of more than 64 KB is written as UN, whose length has 32 bits (PS3.5 6.2.2).
std::string SubOperations::failed_list(dicom::TransferSyntax syntax) const {
  if (failed_ == 0) return {};
  std::string value = failed_uids_;
  if (value.size() % 2 != 0) value += '\0';
  const bool is_big = syntax.is_big_endian;
  std::string out;
  put<std::uint16_t>(out, 0x0008, is_big);
  put<std::uint16_t>(out, 0x0058, is_big);
  const auto size = static_cast<std::uint32_t>(value.size());
  if (!syntax.is_explicit) {
    put(out, size, is_big);
  } else if (size <= longest_short_value) {
    out += "UI";
    put(out, static_cast<std::uint16_t>(size), is_big);
  } else {
    out.append("UN\0\0", 4);
    put(out, size, is_big);
  }
  return out + value;
}

}  // namespace pgpacs::dimse
