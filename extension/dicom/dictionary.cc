#include "extension/dicom/dictionary.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace pgpacs::dicom {
namespace {

struct PackedAttribute {
  std::uint32_t tag;
  std::uint32_t mask;
  VR vr;
  VRChoice choice;
  bool is_retired;
  std::uint32_t keyword, keyword_length;
  std::uint32_t name, name_length;
  std::uint32_t multiplicity, multiplicity_length;
};

struct PackedUID {
  std::uint32_t uid, uid_length;
  std::uint32_t name, name_length;
  UIDType type;
  bool is_retired;
};

#include "tables.inc"

constexpr std::string_view text(std::uint32_t offset, std::uint32_t length) {
  return {texts + offset, length};
}

// Open addressing: a lookup costs one or two probes, where a binary search of 5,300 rows costs thirteen.
constexpr std::size_t slot_count = 16384;
constexpr std::uint16_t empty_slot = 0xFFFF;

constexpr std::size_t slot(std::uint32_t tag) {
  return (tag * 2654435769u) >> 18;
}

constexpr auto make_slots() {
  std::array<std::uint16_t, slot_count> slots{};
  slots.fill(empty_slot);
  for (std::size_t i = 0; i < std::size(attributes); ++i) {
    if (attributes[i].mask != 0xFFFFFFFFu) continue;
    std::size_t at = slot(attributes[i].tag);
    while (slots[at] != empty_slot) at = (at + 1) % slot_count;
    slots[at] = static_cast<std::uint16_t>(i);
  }
  return slots;
}

constexpr auto slots = make_slots();

constexpr std::size_t masked_count = static_cast<std::size_t>(std::count_if(
    std::begin(attributes), std::end(attributes), [](const auto& a) { return a.mask != 0xFFFFFFFFu; }));

constexpr auto make_masked() {
  std::array<std::uint16_t, masked_count> masked{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::size(attributes); ++i)
    if (attributes[i].mask != 0xFFFFFFFFu) masked[count++] = static_cast<std::uint16_t>(i);
  return masked;
}

constexpr auto masked = make_masked();

const PackedAttribute* find_packed(Tag tag) {
  for (std::size_t at = slot(tag.value); slots[at] != empty_slot; at = (at + 1) % slot_count)
    if (attributes[slots[at]].tag == tag.value) return &attributes[slots[at]];
  if (tag.is_private()) return nullptr;
  for (const std::uint16_t i : masked)
    if ((tag.value & attributes[i].mask) == attributes[i].tag) return &attributes[i];
  return nullptr;
}

DictionaryEntry unpack(const PackedAttribute& a) {
  return {Tag{a.tag},
          a.mask,
          a.vr,
          a.choice,
          a.is_retired,
          text(a.keyword, a.keyword_length),
          text(a.name, a.name_length),
          text(a.multiplicity, a.multiplicity_length)};
}

UIDEntry unpack(const PackedUID& u) {
  return {text(u.uid, u.uid_length), text(u.name, u.name_length), u.type, u.is_retired};
}

}  // namespace

std::optional<DictionaryEntry> find_attribute(Tag tag) {
  const PackedAttribute* found = find_packed(tag);
  if (found == nullptr) return std::nullopt;
  return unpack(*found);
}

std::optional<Tag> find_keyword(std::string_view keyword) {
  const auto keyword_of = [](std::uint16_t i) {
    return text(attributes[i].keyword, attributes[i].keyword_length);
  };
  const auto at = std::lower_bound(std::begin(by_keyword), std::end(by_keyword), keyword,
                                   [&](std::uint16_t i, std::string_view k) { return keyword_of(i) < k; });
  if (at == std::end(by_keyword) || keyword_of(*at) != keyword) return std::nullopt;
  return Tag{attributes[*at].tag};
}

ImplicitVR implicit_vr(Tag tag) {
  if (tag.is_group_length()) return {VR::UL, VRChoice::fixed};
  if (tag.is_private_creator()) return {VR::LO, VRChoice::fixed};
  const PackedAttribute* found = find_packed(tag);
  if (found == nullptr) return {VR::UN, VRChoice::fixed};
  return {found->vr, found->choice};
}

std::size_t dictionary_size() {
  return std::size(attributes);
}

DictionaryEntry dictionary_entry(std::size_t index) {
  return unpack(attributes[index]);
}

std::optional<UIDEntry> find_uid(std::string_view uid) {
  const auto at =
      std::lower_bound(std::begin(uids), std::end(uids), uid,
                       [](const PackedUID& u, std::string_view k) { return text(u.uid, u.uid_length) < k; });
  if (at == std::end(uids) || text(at->uid, at->uid_length) != uid) return std::nullopt;
  return unpack(*at);
}

std::size_t uid_count() {
  return std::size(uids);
}

UIDEntry uid_entry(std::size_t index) {
  return unpack(uids[index]);
}

}  // namespace pgpacs::dicom
