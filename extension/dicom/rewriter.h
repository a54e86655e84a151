// A whole object anew with edits: a Part 10 file to a Part 10 file, a bare data set to a bare data set; in
// pieces, for who must be able to stop in between.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/dicom/deflater.h"
#include "extension/dicom/inflater.h"
#include "extension/dicom/part10.h"
#include "extension/dicom/writer.h"

namespace pgpacs::dicom {

class Rewriter {
 public:
  // The transfer syntax, where named, is that of a bare data set (part10.h). `longest` bounds what comes out,
  // and what a deflated data set is inflated to. Input and edits must live as long.
  Rewriter(Bytes input, std::string_view transfer_syntax_uid, const Edits& edits, WriteAs write_as,
           std::size_t longest, const Limits& limits);

  // The next piece of the work; false when it is done. Throws what the Writer does.
  bool work();

  // Then: the file meta information, empty for a bare data set, and the data set. Where nothing has changed
  // they are the input, with its own. What has changed has new file meta information (PS3.10 7.1): nothing of
  // what another wrote is left but the UIDs of the object, in the preamble neither.
  Bytes head() const { return head_; }
  Bytes data_set() const { return data_set_; }

  // The edit that a fault is about, or Edits::none.
  Edits::Number edit() const { return writer_ ? writer_->edit() : Edits::none; }

 private:
  void begin();
  void inflate_some();
  void finish_writing();
  void deflate_some();
  std::string file_meta() const;

  Bytes input_;
  const Edits& edits_;
  WriteAs write_as_;
  std::size_t longest_;
  Limits limits_;
  Defects defects_;
  FileLayout layout_;
  std::optional<Inflater> inflater_;
  Bytes to_inflate_;
  std::vector<std::byte> inflated_;
  std::optional<Writer> writer_;
  WrittenDataSet written_;
  std::optional<Deflater> deflater_;
  Bytes to_deflate_;
  std::vector<std::byte> deflated_;
  std::string new_head_;
  Bytes head_, data_set_;
};

}  // namespace pgpacs::dicom
