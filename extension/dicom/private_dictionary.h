// Private elements that are publicly known, by their creators: facts of DCMTK's private dictionary, taken by
// data/take_private.py and generated at build time as the dictionary of the standard is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/dictionary.h"
#include "extension/dicom/tag.h"

namespace pgpacs::dicom {

struct PrivateEntry {
  std::string_view creator;
  Tag tag;
  std::uint32_t mask;  // 0xFFFF00FF: in whatever block the creator has reserved
  VR vr;
  VRChoice choice;
  std::string_view name;  // empty for many
  std::string_view multiplicity;
};

std::size_t private_dictionary_size();
PrivateEntry private_dictionary_entry(std::size_t index);  // ascending by creator, then tag

// Which blocks of private elements the data set that is being read has reserved, and those around it
// (PS3.5 7.8.1). Only creators that the dictionary knows are kept, and of one data set so many that no real
// one has more.
class PrivateBlocks {
 public:
  // A place to come back to: the blocks of a data set that begins now stand from here on.
  std::size_t mark() const { return blocks_.size(); }
  void forget(std::size_t since) { blocks_.resize(since); }

  // A Private Creator of the data set that began at `since`.
  void note(Tag tag, Bytes creator, std::size_t since);

  // The VR of a private element in that data set; UN where nobody knows it. A private creator's own is LO.
  ImplicitVR implicit_vr(Tag tag, std::size_t since) const;

 private:
  struct Block {
    std::uint16_t group;
    std::uint16_t number;
    std::uint16_t creator = 0;  // its index in the dictionary
  };
  std::vector<Block> blocks_;
};

}  // namespace pgpacs::dicom
