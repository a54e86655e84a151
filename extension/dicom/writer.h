// Writes a data set anew with edits (edits.h), as it streams out of a Reader. What no edit names comes out
// bit for bit: values, padding, order, unknown VRs, delimiters or none. Lengths of sequences, items and
// groups are made anew where something inside has changed.
//
// To explicit VR little endian: VRs from the dictionary, what it does not know as UN, whose sequences stay in
// implicit VR inside (PS3.5 6.2.2); values turned by the width of their VR; group lengths, retired, are left
// out (PS3.5 7.2). Fragments of compressed pixels pass as they are. To implicit VR little endian: the same
// without VRs, and without compressed pixels, which need explicit VR (PS3.5 A.4): bad_structure.
//
// File meta information in front of the elements is no part of a data set: no edit names it, and what has
// changed is without it, as it tells of what was.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "extension/dicom/charset.h"
#include "extension/dicom/edits.h"
#include "extension/dicom/reader.h"

namespace pgpacs::dicom {

// What stands in the place of a gap of the output: bytes of the input's data set from here, words of `word`
// bytes to be turned around where that is more than one.
struct Splice {
  std::uint64_t from;
  std::uint8_t word;
};

// A data set with its large values left out where the input left them out; splices[i] tells of gaps[i].
struct WrittenDataSet {
  std::vector<std::byte> bytes{};
  std::vector<Gap> gaps{};
  std::vector<Splice> splices{};
  TransferSyntax syntax{};
  bool is_changed = false;  // false: every byte is as it came
};

enum class WriteAs : std::uint8_t { it_came, explicit_little_endian, implicit_little_endian };

class Writer {
 public:
  // `longest` bounds the bytes that are written, gaps aside. The source and the edits must live as long.
  Writer(Source source, TransferSyntax syntax, const Edits& edits, WriteAs write_as, std::size_t longest,
         const Limits& limits, Defects& defects);

  // The next elements; false at the end. Throws what the Reader does, too_large, and bad_argument or
  // foreign_character for a value that cannot be written.
  bool write_some();

  // The edit whose turn it was last, or Edits::none.
  Edits::Number edit() const { return edit_; }

  WrittenDataSet take();

 private:
  static constexpr std::size_t delimiter_size = 8;

  // What is written now: a data set or a sequence.
  struct Frame {
    TransferSyntax in, out;
    bool has_length = false;  // defined, at length_at in the output
    bool is_length_big = false;
    bool is_changed = false;
    std::size_t length_at = 0;
    std::uint64_t begins_at = 0;  // its content, in the output
    CharacterSet charset{};
    // Where its parts of nodes_, branches_, inserts_ and blocks_ begin.
    std::size_t nodes = 0, branches = 0, inserts = 0, blocks = 0;
    std::size_t next_insert = 0;
    Tag last_private{};
    // The group that is being written, and its length element.
    std::uint16_t group = 0;
    bool has_group_length = false;
    bool is_group_changed = false;
    std::size_t group_length_at = 0;
    std::uint64_t group_begins_at = 0;

    bool is_converted() const {
      return in.is_explicit != out.is_explicit || in.is_big_endian != out.is_big_endian;
    }
  };
  struct Insert {
    Tag tag;
    Edits::Number number;
  };
  struct Block {
    std::uint8_t block;
    Edits::Creator creator;
  };
  struct Decision {
    Action action = Action::keep;
    const Value* value = nullptr;
  };

  Frame& frame() { return frames_.back(); }
  void handle(Event event);
  void pass_meta(Event event);
  void drop_meta();
  void open_root(TransferSyntax syntax, WriteAs write_as);
  void begin_element(const Element& element);
  void write_element(const Element& element);
  void keep_element(const Element& element);
  void convert_element(const Element& element);
  void change_element(const Element& element, const Decision& decision);
  void open_fragments(const Element& element);
  void write_fragment(const Element& element);
  void end_fragments();
  void begin_sequence(const Element& element);
  void open_sequence(const Element& element);
  void begin_item();
  void end_item();
  void end_sequence();
  void end_data_set();
  void close(Frame closed);

  Decision decide(const Element& element);
  Edits::Number find_edit(Tag tag);
  bool matches(const Edits::Matcher& matcher, Tag tag) const;
  void see_private(const Element& element);
  bool is_in_block(Tag tag, Edits::Creator creator) const;
  void collect_inserts();
  void write_inserts(std::uint64_t before);

  void see_group(Tag tag);
  void close_group();
  void change();

  std::uint64_t position() const { return out_.bytes.size() + left_out_; }
  bool opens_unknown(const Element& element) const;
  void put(Bytes bytes);
  void put(std::string_view text) { put(as_bytes(text)); }
  void copy(std::size_t from, std::size_t to) { put(source_.bytes.subspan(from, to - from)); }
  void put_header(const Element& element, VR vr, std::uint32_t length);
  void put_delimiter(Tag tag, const Frame& frame);
  void put_gap(const Element& element, std::size_t word);
  void patch(std::size_t at, std::uint64_t value, bool is_big_endian);
  void settle();

  Source source_;
  const Edits& edits_;
  Reader reader_;
  std::size_t longest_;
  WrittenDataSet out_;
  std::uint64_t left_out_ = 0;  // bytes in gaps of the output so far
  std::size_t from_ = 0;        // copied or dropped so far, in source_.bytes
  std::size_t meta_size_ = 0;   // of misplaced file meta information, at the beginning of the output
  std::vector<Frame> frames_;
  std::vector<Edits::NodeIndex> nodes_;  // of the open data sets
  std::vector<Edits::Branch> branches_;  // of the open sequences
  std::vector<Insert> inserts_;
  std::vector<Block> blocks_;  // of the group that is being read, in each open data set
  std::vector<PlaceStep> place_;
  std::uint32_t dropped_sequences_ = 0;  // open ones, that an edit takes away
  bool is_in_fragments_ = false;
  bool is_dropping_fragments_ = false;
  std::string owed_;  // delimiters that the end of the input left out, for what comes after them
  std::string scratch_;
  std::vector<std::byte> turned_;
  Value mapped_;
  Edits::Number edit_ = Edits::none;
};

}  // namespace pgpacs::dicom
