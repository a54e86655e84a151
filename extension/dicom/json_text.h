// JSON text of a data set, attributes ascending and each once whatever the input's order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/vr.h"

namespace pgpacs::dicom {

class JsonText {
 public:
  void begin_data_set();
  void end_data_set();
  void begin_element(Tag tag, VR vr);
  void end_element() { out_ += '}'; }
  void begin_values();
  void end_values() {
    out_ += ']';
    is_first_value_ = false;
  }
  void text(std::string_view value);
  void person_name(std::string_view value);
  void decimal(std::string_view value);
  void null();
  void inline_binary(Bytes value);
  void bulk_data_uri(std::string_view uri);

  std::string take() { return std::move(out_); }

 private:
  struct Entry {
    Tag tag;
    std::size_t at;
  };
  struct DataSet {
    std::size_t at;
    bool is_ascending = true;
    std::vector<Entry> entries;
  };

  void separate();
  void sort(const DataSet& data_set);

  std::string out_;
  bool is_first_value_ = false;
  std::vector<DataSet> data_sets_;
};

void append_base64(Bytes bytes, std::string& out);

// A JSON string with its quotes; `value` is UTF-8.
std::string quoted(std::string_view value);

}  // namespace pgpacs::dicom
