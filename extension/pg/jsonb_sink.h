// Builds the binary form of jsonb straight from the events of dicom::JsonWriter: no JSON text, no sort where
// tags ascend (eight hex digits are already in jsonb's key order: by length, then by bytes).
#pragma once

#include <string_view>
#include <vector>

#include "extension/dicom/bytes.h"
#include "extension/dicom/tag.h"
#include "extension/dicom/vr.h"
#include "extension/pg/jsonb_format.h"

namespace pgpacs::pg {

// Throws Fault too_large where the jsonb would be larger than dicom::Limits allows.
class JsonbSink {
 public:
  void begin_data_set();
  void end_data_set();
  void begin_element(dicom::Tag tag, dicom::VR vr);
  void end_element();
  void begin_values();
  void end_values();
  void text(std::string_view value);
  void person_name(std::string_view value);
  void decimal(std::string_view value);
  void null();
  void inline_binary(dicom::Bytes value);
  void bulk_data_uri(std::string_view uri);
  // What is jsonb already: the container of a Value array, of the element that is open.
  void values(dicom::Bytes array);
  // Likewise a whole element.
  void element(dicom::Tag tag, dicom::Bytes object);

  // The root container, without varlena header. Empty before the first use.
  const JsonbBuffer& bytes() const { return out_; }

  // Forgets what was built; keeps memory up to a sensible size for the next header.
  void reset();

 private:
  // A child of an open container: where its bytes end. Padding before a child counts as part of it.
  struct Value {
    std::size_t end;
    std::uint32_t type;
  };
  struct Member {
    dicom::Tag tag;
    std::size_t end;
  };
  struct DataSet {
    std::size_t at;       // of its container header
    std::size_t members;  // its first in members_
    bool is_ascending = true;
  };
  struct Element {
    std::size_t at;  // of its container header
    dicom::VR vr;
    std::size_t array_at = 0;  // of its Value array's container header
    std::size_t values = 0;    // the array's first in values_
  };

  std::size_t begin_second_member(std::string_view key);
  void end_second_member(std::size_t value_at, std::uint32_t type);
  void end_value(std::uint32_t type) { values_.push_back({out_.size(), type}); }
  void sort(const DataSet& data_set);
  void check_size() const;

  JsonbBuffer out_;
  std::vector<DataSet> data_sets_;
  std::vector<Member> members_;    // of all open data sets
  std::vector<Element> elements_;  // open ones
  std::vector<Value> values_;      // of all open arrays
};

}  // namespace pgpacs::pg
