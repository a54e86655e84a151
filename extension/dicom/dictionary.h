// The data dictionary (PS3.6 chapters 6 to 9) and the UID registry (PS3.6 annex A), generated at build time
// from data/dictionary.csv and data/uids.csv. Constant data without pointers: nothing to relocate or free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/dicom/tag.h"
#include "extension/dicom/vr.h"

namespace pgpacs::dicom {

// Where the standard leaves the VR to another attribute (PS3.5 A.1 for implicit VR).
enum class VRChoice : std::uint8_t { fixed, us_or_ss, us_or_ss_or_ow, us_or_ow, ob_or_ow };

struct DictionaryEntry {
  Tag tag;
  std::uint32_t mask;  // bits of the tag that count: 0xFF00FFFF for (50xx,0005)
  VR vr;               // the first of the choices
  VRChoice choice;
  bool is_retired;
  std::string_view keyword;  // empty for a few retired tags
  std::string_view name;
  std::string_view multiplicity;
};

// The entry for a tag of an even group, repeating groups included.
std::optional<DictionaryEntry> find_attribute(Tag tag);

// The tag of a keyword such as "PatientName" (the lowest one for repeating groups).
std::optional<Tag> find_keyword(std::string_view keyword);

// VR of a tag in implicit VR when nothing else is known: UN for unknown and private tags, LO for private
// creators, UL for group lengths.
struct ImplicitVR {
  VR vr;
  VRChoice choice;
};
ImplicitVR implicit_vr(Tag tag);

std::size_t dictionary_size();
DictionaryEntry dictionary_entry(std::size_t index);  // ascending by tag

enum class UIDType : std::uint8_t {
  sop_class,
  transfer_syntax,
  meta_sop_class,
  service_class,
  frame_of_reference,
  sop_instance,
  coding_scheme,
  application_context,
  other,
};

struct UIDEntry {
  std::string_view uid;
  std::string_view name;
  UIDType type;
  bool is_retired;
};

std::optional<UIDEntry> find_uid(std::string_view uid);
std::size_t uid_count();
UIDEntry uid_entry(std::size_t index);  // ascending by UID

}  // namespace pgpacs::dicom
