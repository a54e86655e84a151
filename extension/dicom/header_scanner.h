// Keeps the header of a data set that streams past: everything but large values, which leave gaps
// (reader.h). Memory is bounded by Limits::header_bytes whatever the object's size.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/fragments.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/reader.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dicom {

class Inflater;

class HeaderScanner {
 public:
  HeaderScanner(TransferSyntax syntax, const Limits& limits);
  ~HeaderScanner();
  HeaderScanner(HeaderScanner&&) noexcept;

  // The next bytes of the data set. Throws Fault (too_deep, too_large, bad_structure) as soon as that is
  // sure.
  void feed(Bytes bytes);

  // The data set is over: throws Fault truncated where it ended inside an element, not_dicom where it was
  // empty.
  void finish();

  Bytes header() const { return header_; }
  const std::vector<Gap>& gaps() const { return gaps_; }
  // Of an encapsulated Pixel Data, where there is one.
  const Fragments& fragments() const { return fragments_; }
  TransferSyntax syntax() const { return syntax_; }  // as found; not deflated once inflated

  // The value of a short top-level text element kept so far, trimmed; empty where there is none.
  std::string_view find(Tag tag) const;

 private:
  enum class Kind : std::uint8_t { data_set, sequence, fragments };
  struct Frame {
    Kind kind;
    bool is_explicit;
    bool is_big_endian;
    std::uint64_t end;  // in the whole data set
    std::size_t first_block = 0;
    bool is_followed = false;
  };
  struct Found {
    Tag tag;
    std::size_t at;
    std::size_t length;
  };

  void scan(Bytes bytes);
  bool step();
  bool step_data_set();
  bool step_items();
  void check();
  void take_value(Tag tag, DeclaredVR declared, std::uint32_t length, std::size_t header_size);
  void keep_or_leave_out(Tag tag, std::uint32_t length);
  void look();
  void note_creator();
  void leave_frame();
  void open(Kind kind, bool is_unknown, std::uint32_t length, Tag tag, bool is_followed = false);
  void count(Tag tag);
  void keep(Bytes bytes);
  std::uint64_t position() const { return at_ + left_out_; }
  std::size_t available() const { return header_.size() - at_; }

  TransferSyntax syntax_;
  Limits limits_;
  std::unique_ptr<Inflater> inflater_;
  std::vector<std::byte> header_;
  std::vector<Gap> gaps_;
  Fragments fragments_;
  std::vector<Frame> frames_;
  std::vector<Found> found_;
  PrivateBlocks blocks_;
  Found creator_{};               // a Private Creator whose value may not be there yet
  std::vector<std::byte> ahead_;  // a value that may be a sequence (reader.h: can_follow)
  Tag ahead_tag_;
  std::uint64_t to_look_ = 0;   // rest of that value
  std::size_t at_ = 0;          // scanned so far, in header_
  std::uint64_t left_out_ = 0;  // bytes in gaps so far
  std::uint64_t to_keep_ = 0;   // rest of a value that is kept
  std::uint64_t to_drop_ = 0;   // rest of a value that is left out
  std::uint32_t elements_ = 0;
  std::uint32_t root_elements_ = 0;
  bool is_in_pixel_data_ = false;  // of the object itself, and encapsulated
  bool is_checked_ = false;        // the syntax was looked at
};

}  // namespace pgpacs::dicom
