// A pull reader over the bytes of one data set (PS3.5 chapter 7): zero-copy, iterative, bounded.
// Each next() gives one event; values are spans into the input. Memory does not depend on the input.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/defect.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/private_dictionary.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/transfer_syntax.h"
#include "extension/dicom/vr.h"

namespace pgpacs::dicom {

// A place in the kept bytes where `length` bytes of the data set were left out: always a whole value, or all
// fragments of an encapsulated Pixel Data up to its delimiter.
struct Gap {
  std::uint64_t at;
  std::uint64_t length;
};

// A data set, whole or with its large values left out. Gaps ascend by `at`.
struct Source {
  Bytes bytes;
  std::span<const Gap> gaps{};
};

inline constexpr std::uint32_t undefined_length = 0xFFFFFFFF;

enum class Event : std::uint8_t {
  element,   // a value; also an encapsulated Pixel Data, whose fragments follow
  sequence,  // start of a sequence
  item,      // start of an item's data set
  item_end,
  sequence_end,
  fragment,  // one item of an encapsulated Pixel Data; the first is the basic offset table
  end,       // of the whole data set
};

struct Element {
  Tag tag;
  VR vr = VR::none;            // as it is read: of UN and of implicit VR what the dictionaries say
  VR declared_vr = VR::none;   // the two letters as they stand; none in implicit VR
  std::uint32_t length = 0;    // as declared; undefined_length possible
  std::uint64_t at = 0;        // where the value begins, counted in the whole data set
  Bytes value;                 // empty where it was left out
  std::uint64_t left_out = 0;  // bytes of the value that the source does not hold
  bool is_big_endian = false;  // byte order of the value
};

class Reader {
 public:
  // `allow_cut`: the source may end inside Pixel Data, its last element ("only the header").
  Reader(Source source, TransferSyntax syntax, const Limits& limits, Defects& defects,
         bool allow_cut = false);

  // The next event; throws Fault where the bytes cannot be followed any further.
  Event next();

  const Element& element() const { return element_; }  // of the last element, sequence or fragment event
  std::uint32_t depth() const { return static_cast<std::uint32_t>(frames_.size() - 1) / 2; }
  std::uint64_t position() const { return position_ + skipped_; }  // in the whole data set
  bool is_explicit() const { return frames_.back().is_explicit; }

  // Whether file meta information comes next: at the beginning of a data set, where it does not belong
  // (PS3.10 7.1).
  bool is_in_meta() const;
  // Whether the last event but the end was of such.
  bool was_in_meta() const { return is_in_meta_; }

  // Whether the next `length` bytes can be followed as a sequence of implicit VR little endian to their exact
  // end: a look ahead that changes nothing and reads at most one element further. Throws too_deep as
  // the reading would.
  bool can_follow(std::uint32_t length) const;

  // Places in the source's bytes, for who copies them: how far they are read, and where the last element,
  // item or delimiter began.
  std::size_t offset() const { return position_; }
  std::size_t tag_at() const { return tag_at_; }

 private:
  enum class Kind : std::uint8_t { data_set, sequence, fragments };
  struct Frame {
    Kind kind;
    bool is_explicit;
    bool is_big_endian;
    std::uint16_t pixel_representation;  // of this data set or the one around it: decides US or SS
    Tag tag;                             // of the sequence, or the item's
    Tag previous;                        // last tag seen in this data set
    std::uint64_t end;                   // in the whole data set; no_end for undefined length
    std::size_t first_block = 0;         // of private elements, in blocks_
    bool is_followed = false;            // inside what can_follow() has looked at
  };

  Event next_in_data_set();
  Event next_in_sequence();
  Event next_fragment();
  void read_tag();
  void read_explicit_header();
  void read_implicit_header();
  void leave_meta();
  Event take_value();
  Event open_sequence(bool is_unknown, bool is_followed);
  Event open_fragments();
  Event close(Event event);
  bool at_end_of_frame() const;
  void check_order(Frame& frame);
  void count_element();
  void need(std::size_t bytes) const;
  std::size_t remaining() const { return source_.bytes.size() - position_; }
  std::uint64_t gap_here() const;
  std::uint16_t u16(std::size_t offset) const;
  std::uint32_t u32(std::size_t offset) const;

  Source source_;
  Limits limits_;
  Defects& defects_;
  bool allow_cut_;
  std::size_t position_ = 0;   // in source_.bytes
  std::size_t tag_at_ = 0;     // the same, of the last tag
  std::uint64_t skipped_ = 0;  // bytes of gaps passed
  std::size_t gap_ = 0;        // index of the next gap
  std::uint32_t elements_ = 0;
  std::uint32_t root_elements_ = 0;
  Element element_;
  std::vector<Frame> frames_;
  PrivateBlocks blocks_;
  TransferSyntax syntax_;
  bool is_in_meta_ = false;
};

// The two letters in front of a value; there are none in implicit VR.
struct DeclaredVR {
  bool is_there;
  VR vr;
  bool is_unknown() const { return is_there && vr == VR::UN; }
};

// What an element is read as. Of implicit VR and of UN the dictionaries say it (PS3.5 6.2.2 and 7.8.1); UN
// where nobody knows, and for what is no VR. `since`: where the blocks of its data set begin.
ImplicitVR read_as(Tag tag, DeclaredVR declared, std::uint32_t length, const PrivateBlocks& blocks,
                   std::size_t since);

// Whether a sequence that only a dictionary calls so may be something else: its value has to be looked at.
inline bool is_doubtful_sequence(Tag tag, DeclaredVR declared) {
  return declared.is_unknown() || (!declared.is_there && tag.is_private());
}

}  // namespace pgpacs::dicom
