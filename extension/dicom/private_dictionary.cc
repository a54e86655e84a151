#include "extension/dicom/private_dictionary.h"

#include <algorithm>
#include <iterator>

#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

struct PackedCreator {
  std::uint32_t name, name_length;
  std::uint16_t first, end;  // of its attributes
};

struct PackedPrivate {
  std::uint32_t tag;
  std::uint32_t mask;
  VR vr;
  VRChoice choice;
  std::uint16_t creator;
  std::uint32_t name, name_length;
  std::uint32_t multiplicity, multiplicity_length;
};

#include "private_tables.inc"

constexpr std::size_t longest_creator = 64;      // LO (PS3.5 6.2)
constexpr std::size_t most_blocks_of_one = 240;  // as many as one group can have (PS3.5 7.8.1)

constexpr std::string_view text(std::uint32_t offset, std::uint32_t length) {
  return {texts + offset, length};
}

const PackedCreator* find_creator(std::string_view creator) {
  const auto name_of = [](const PackedCreator& c) { return text(c.name, c.name_length); };
  const auto found =
      std::lower_bound(std::begin(creators), std::end(creators), creator,
                       [&](const PackedCreator& c, std::string_view k) { return name_of(c) < k; });
  return found != std::end(creators) && name_of(*found) == creator ? found : nullptr;
}

}  // namespace

std::size_t private_dictionary_size() {
  return std::size(attributes);
}

PrivateEntry private_dictionary_entry(std::size_t index) {
  const PackedPrivate& a = attributes[index];
  const PackedCreator& c = creators[a.creator];
  return {text(c.name, c.name_length),
          Tag{a.tag},
          a.mask,
          a.vr,
          a.choice,
          text(a.name, a.name_length),
          text(a.multiplicity, a.multiplicity_length)};
}

void PrivateBlocks::note(Tag tag, Bytes creator, std::size_t since) {
  if (creator.size() > longest_creator || blocks_.size() - since >= most_blocks_of_one) return;
  const PackedCreator* found = find_creator(trim_value(as_text(creator), false));
  if (found == nullptr) return;
  blocks_.push_back({tag.group(), tag.element(), static_cast<std::uint16_t>(found - creators)});
}

ImplicitVR PrivateBlocks::implicit_vr(Tag tag, std::size_t since) const {
  const auto first = blocks_.begin() + static_cast<std::ptrdiff_t>(since);
  const auto block = std::find_if(first, blocks_.end(), [&](const Block& b) {
    return b.group == tag.group() && b.number == tag.element() >> 8;
  });
  if (block == blocks_.end()) return dicom::implicit_vr(tag);
  const PackedCreator& creator = creators[block->creator];
  for (std::size_t i = creator.first; i < creator.end; ++i)
    if ((tag.value & attributes[i].mask) == attributes[i].tag)
      return {attributes[i].vr, attributes[i].choice};
  return {VR::UN, VRChoice::fixed};
}

}  // namespace pgpacs::dicom
