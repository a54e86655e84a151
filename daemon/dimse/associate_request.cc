#include "daemon/dimse/associate_request.h"

#include <bitset>

namespace pgpacs::dimse {
namespace {

using dicom::Bytes;

constexpr std::size_t fixed_part = 68;  // version, titles and what is reserved, before the first item
constexpr std::size_t item_header = 4;
constexpr std::size_t longest_uid = 64;

// PS3.8 tables 9-12 to 9-18, PS3.7 D.3.3
enum Item : std::uint8_t {
  application_context = 0x10,
  presentation_context = 0x20,
  presentation_context_answer = 0x21,
  abstract_syntax = 0x30,
  transfer_syntax = 0x40,
  user_information = 0x50,
  maximum_length = 0x51,
  implementation_class_uid = 0x52,
  asynchronous_operations = 0x53,
  role_selection = 0x54,
  implementation_version_name = 0x55,
  extended_negotiation = 0x56,
  user_identity = 0x58,
  user_identity_answer = 0x59,
};

std::size_t load_16(Bytes bytes, std::size_t at) {
  return dicom::load<std::uint16_t>(bytes.data() + at, true);
}

// Gives each item's type and content to `take`. False where the items do not fill `bytes`, or `take` says so.
template <typename Take>
bool each_item(Bytes bytes, Take&& take) {
  while (!bytes.empty()) {
    if (bytes.size() < item_header) return false;
    const std::size_t length = load_16(bytes, 2);
    if (length > bytes.size() - item_header) return false;
    if (!take(static_cast<std::uint8_t>(bytes[0]), bytes.subspan(item_header, length))) return false;
    bytes = bytes.subspan(item_header + length);
  }
  return true;
}

bool has_uid_size(Bytes uid) {
  return !uid.empty() && uid.size() <= longest_uid;
}

bool is_presentation_context(Bytes context) {
  constexpr std::size_t number_and_reserved = 4;
  if (context.size() < number_and_reserved) return false;
  std::size_t abstract_syntaxes = 0, transfer_syntaxes = 0;
  const bool is_whole = each_item(context.subspan(number_and_reserved), [&](std::uint8_t type, Bytes value) {
    if (type == abstract_syntax) return ++abstract_syntaxes == 1 && has_uid_size(value);
    if (type == transfer_syntax) return ++transfer_syntaxes <= most_transfer_syntaxes && has_uid_size(value);
    return true;
  });
  return is_whole && abstract_syntaxes == 1 && transfer_syntaxes > 0;
}

bool is_role_selection(Bytes value) {  // PS3.7 D.3.3.4
  if (value.size() < 4) return false;
  const std::size_t length = load_16(value, 0);
  return length <= longest_uid && value.size() == 2 + length + 2;
}

bool is_extended_negotiation(Bytes value) {  // PS3.7 D.3.3.5
  if (value.size() < 2) return false;
  const std::size_t length = load_16(value, 0);
  return length <= longest_uid && length <= value.size() - 2;
}

bool is_user_identity(Bytes value) {  // PS3.7 D.3.3.7
  constexpr std::byte name_and_password{2};
  if (value.size() < 6) return false;
  const std::size_t primary = load_16(value, 2);
  if (primary > value.size() - 6) return false;
  const std::size_t secondary = load_16(value, 4 + primary);
  // DCMTK takes the second field of any other kind for the next item.
  return value.size() == 6 + primary + secondary && (secondary == 0 || value[0] == name_and_password);
}

// A context that was rejected may have an empty transfer syntax, or none (PS3.8 9.3.3.2).
bool is_presentation_context_answer(Bytes context) {
  constexpr std::size_t number_and_result = 4;
  if (context.size() < number_and_result) return false;
  std::size_t transfer_syntaxes = 0;
  return each_item(context.subspan(number_and_result), [&](std::uint8_t type, Bytes value) {
    return type != transfer_syntax || (++transfer_syntaxes == 1 && value.size() <= longest_uid);
  });
}

bool is_user_identity_answer(Bytes value) {  // PS3.7 D.3.3.7.2
  return value.size() >= 2 && load_16(value, 0) == value.size() - 2;
}

// `identity` is the item that may say who the user is, or that he is let in.
bool is_user_information(Bytes information, Item identity) {
  std::bitset<256> seen;
  const auto is_first = [&](std::uint8_t type) {
    const bool was_seen = seen[type];
    seen.set(type);
    return !was_seen;
  };
  return each_item(information, [&](std::uint8_t type, Bytes value) {
    switch (type) {
      case maximum_length: return is_first(type) && value.size() == 4;
      case implementation_class_uid:
      case implementation_version_name: return is_first(type) && value.size() <= longest_uid;
      case asynchronous_operations: return is_first(type);
      case user_identity: return type == identity && is_first(type) && is_user_identity(value);
      case user_identity_answer: return type == identity && is_first(type) && is_user_identity_answer(value);
      case role_selection: return is_role_selection(value);
      case extended_negotiation: return is_extended_negotiation(value);
      default: return true;
    }
  });
}

}  // namespace

bool is_associate_request(Bytes body) {
  if (body.size() < fixed_part || body.size() > largest_associate_request) return false;
  std::size_t application_contexts = 0, contexts = 0, informations = 0;
  const bool is_whole = each_item(body.subspan(fixed_part), [&](std::uint8_t type, Bytes value) {
    switch (type) {
      case application_context: return ++application_contexts == 1 && has_uid_size(value);
      case presentation_context:
        return ++contexts <= most_presentation_contexts && is_presentation_context(value);
      case user_information: return ++informations == 1 && is_user_information(value, user_identity);
      case presentation_context_answer: return false;
      default: return true;
    }
  });
  return is_whole && application_contexts == 1 && contexts > 0 && informations == 1;
}

bool is_associate_answer(Bytes body) {
  if (body.size() < fixed_part || body.size() > largest_associate_request) return false;
  std::size_t application_contexts = 0, contexts = 0, informations = 0;
  return each_item(body.subspan(fixed_part), [&](std::uint8_t type, Bytes value) {
    switch (type) {
      case application_context: return ++application_contexts == 1 && has_uid_size(value);
      case presentation_context_answer:
        return ++contexts <= most_presentation_contexts && is_presentation_context_answer(value);
      case user_information: return ++informations == 1 && is_user_information(value, user_identity_answer);
      case presentation_context: return false;
      default: return true;
    }
  });
}

}  // namespace pgpacs::dimse
