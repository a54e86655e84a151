#include "extension/dicom/rewriter.h"

#include <algorithm>

#include "extension/dicom/fault.h"
#include "extension/dicom/file_meta.h"
#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

constexpr std::size_t bytes_at_once = 64 << 10;
constexpr std::string_view media_storage_directory = "1.2.840.10008.1.3.10";

Bytes take_piece(Bytes& from) {
  const Bytes piece = from.first(std::min(bytes_at_once, from.size()));
  from = from.subspan(piece.size());
  return piece;
}

// Of what is written in explicit VR little endian: compressed pixels and those that lie elsewhere (JPIP) stay
// what they are, the latter not deflated any more.
std::string_view explicit_syntax_of(std::string_view uid, TransferSyntax syntax) {
  if (uid == "1.2.840.10008.1.2.4.95") return "1.2.840.10008.1.2.4.94";
  if (uid == "1.2.840.10008.1.2.4.205") return "1.2.840.10008.1.2.4.204";
  const bool is_jpip = uid == "1.2.840.10008.1.2.4.94" || uid == "1.2.840.10008.1.2.4.204";
  return is_jpip || syntax.is_encapsulated ? uid : transfer_syntax_uid::explicit_little;
}

// UI has no more (PS3.5 6.2); what is longer is no UID that file meta information could repeat.
std::string_view bounded(std::string_view uid) {
  constexpr std::size_t longest_uid = 64;
  return uid.size() <= longest_uid ? uid : std::string_view{};
}

}  // namespace

Rewriter::Rewriter(Bytes input, std::string_view transfer_syntax_uid, const Edits& edits, WriteAs write_as,
                   std::size_t longest, const Limits& limits)
    : input_(input), edits_(edits), write_as_(write_as), longest_(longest), limits_(limits) {
  layout_ = find_data_set(input, transfer_syntax_uid, defects_);
  head_ = input.first(layout_.data_set_at);
  data_set_ = input.subspan(layout_.data_set_at);
  if (layout_.syntax.is_deflated && !data_set_.empty()) {
    inflater_.emplace(limits_);
    to_inflate_ = data_set_;
  } else {
    begin();
  }
}

void Rewriter::begin() {
  TransferSyntax syntax = layout_.syntax;
  syntax.is_deflated = false;
  const Bytes data_set = inflater_ ? Bytes(inflated_) : data_set_;
  writer_.emplace(Source{data_set}, syntax, edits_, write_as_, longest_, limits_, defects_);
}

bool Rewriter::work() {
  if (!writer_) {
    inflate_some();
    if (to_inflate_.empty()) begin();
    return true;
  }
  if (deflater_) {
    deflate_some();
    return !to_deflate_.empty();
  }
  if (writer_->write_some()) return true;
  finish_writing();
  return deflater_.has_value();
}

void Rewriter::inflate_some() {
  inflater_->feed(take_piece(to_inflate_), [this](Bytes piece) {
    if (inflated_.size() + piece.size() > longest_)
      throw Fault{FaultCode::too_large, "the deflated data set is larger than the limit"};
    inflated_.insert(inflated_.end(), piece.begin(), piece.end());
  });
  if (to_inflate_.empty() && !inflater_->is_finished())
    throw Fault{FaultCode::truncated, "the deflated data set ends in the middle"};
}

void Rewriter::finish_writing() {
  written_ = writer_->take();
  const bool is_inflated = layout_.syntax.is_deflated && write_as_ != WriteAs::it_came;
  if (!written_.is_changed && !is_inflated) return;
  if (layout_.media_storage_sop_class_uid == media_storage_directory)
    throw Fault{FaultCode::bad_structure, "a DICOMDIR holds places of its own bytes, which would change"};
  data_set_ = written_.bytes;
  if (layout_.data_set_at > 0) {
    new_head_ = file_meta();
    head_ = as_bytes(new_head_);
  }
  if (!layout_.syntax.is_deflated || is_inflated) return;
  deflater_.emplace();
  to_deflate_ = written_.bytes;
}

void Rewriter::deflate_some() {
  const Bytes piece = take_piece(to_deflate_);
  deflater_->feed(piece, to_deflate_.empty(), deflated_);
  data_set_ = deflated_;
}

// The UIDs are those of the data set as it is now, and none where it has none: those that the file came with
// may be what an edit has removed.
std::string Rewriter::file_meta() const {
  std::string_view sop_class_uid, sop_instance_uid;
  Defects ignored;
  Reader reader({written_.bytes}, written_.syntax, limits_, ignored);
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const Element& element = reader.element();
    if (!sop_class_uid.empty() && !sop_instance_uid.empty()) break;
    if (event != Event::element || reader.depth() > 0 || element.value.empty()) continue;
    const std::string_view uid = trim_value(as_text(element.value), false);
    if (element.tag == tags::sop_class_uid) sop_class_uid = uid;
    if (element.tag == tags::sop_instance_uid) sop_instance_uid = uid;
  }
  const std::string_view uid = layout_.transfer_syntax_uid;
  std::string_view written_as = transfer_syntax_uid::implicit_little;
  if (write_as_ == WriteAs::it_came) written_as = uid;
  if (write_as_ == WriteAs::explicit_little_endian) written_as = explicit_syntax_of(uid, layout_.syntax);
  return make_file_meta({.sop_class_uid = std::string(bounded(sop_class_uid)),
                         .sop_instance_uid = std::string(bounded(sop_instance_uid)),
                         .transfer_syntax_uid = std::string(written_as)});
}

}  // namespace pgpacs::dicom
