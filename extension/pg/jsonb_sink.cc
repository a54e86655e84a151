#include "extension/pg/jsonb_sink.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "extension/dicom/fault.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/json_value.h"
#include "extension/dicom/limits.h"

namespace pgpacs::pg {
namespace {

using dicom::Fault;
using dicom::FaultCode;

constexpr std::size_t kept_between_calls = 1 << 20;

constexpr std::size_t key_size = 8;  // a tag in hex
constexpr std::size_t largest = dicom::Limits{}.json_bytes;
// One more element may be written before the size is looked at.
static_assert(largest <= jsonb::largest / 2);

std::uint32_t narrow(std::size_t size) {
  return static_cast<std::uint32_t>(size);
}

// Fills in the entries of a container: each child's length, and its end at every stride.
class EntryWriter {
 public:
  EntryWriter(JsonbBuffer& out, std::size_t at) : out_(out), at_(at) {}

  void put(std::size_t length, std::uint32_t type) {
    end_ += narrow(length);
    const bool is_anchor = index_ % jsonb::offset_stride == 0;
    out_.set(at_ + 4 * index_++, type | (is_anchor ? end_ | jsonb::has_offset : narrow(length)));
  }

 private:
  JsonbBuffer& out_;
  std::size_t at_;
  std::uint32_t end_ = 0;
  std::size_t index_ = 0;
};

}  // namespace

void JsonbBuffer::enlarge(std::size_t wanted) {
  const std::size_t capacity = std::max({wanted, 2 * capacity_, std::size_t{16} << 10});
  std::unique_ptr<std::byte[]> bytes(new std::byte[capacity]);
  if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void JsonbSink::reset() {
  out_.clear();
  out_.shrink(kept_between_calls);
  data_sets_.clear();
  members_.clear();
  elements_.clear();
  values_.clear();
}

// Entries and keys of what is open are counted in before they are written.
void JsonbSink::check_size() const {
  if (out_.size() + (2 * 4 + key_size) * members_.size() + 4 * values_.size() > largest)
    throw Fault{FaultCode::too_large, "the header is larger than the limit when it is jsonb"};
}

// Room for entries and keys is made at the end, when their number is known. It is a multiple of four, so that
// what stands behind it stays aligned.
void JsonbSink::begin_data_set() {
  out_.align();
  data_sets_.push_back({out_.size(), members_.size()});
  out_.put(std::uint32_t{0});
}

void JsonbSink::end_data_set() {
  if (!data_sets_.back().is_ascending) sort(data_sets_.back());
  const DataSet data_set = data_sets_.back();
  data_sets_.pop_back();
  const std::size_t count = members_.size() - data_set.members;
  const std::size_t entries_at = data_set.at + 4;
  const std::size_t keys_at = entries_at + 2 * 4 * count;
  out_.insert_space(entries_at, 2 * 4 * count + key_size * count);
  out_.set(data_set.at, jsonb::object | narrow(count));
  EntryWriter entries(out_, entries_at);
  for (std::size_t i = 0; i < count; ++i) {
    entries.put(key_size, jsonb::is_string);
    char key[key_size];
    write_hex(members_[data_set.members + i].tag, key);
    out_.set(keys_at + i * key_size, std::string_view(key, key_size));
  }
  std::size_t end = data_set.at + 4;
  for (std::size_t i = data_set.members; i < members_.size(); ++i) {
    entries.put(members_[i].end - end, jsonb::is_container);
    end = members_[i].end;
  }
  members_.resize(data_set.members);
  if (!elements_.empty()) end_value(jsonb::is_container);
  check_size();
}

// Rewrites the members in ascending order; of equal tags the first stays, as other makers' readers have it.
// Copies this data set alone: a device may send hundreds of thousands of items out of order.
void JsonbSink::sort(const DataSet& data_set) {
  struct Piece {
    dicom::Tag tag;
    std::size_t at, size;
  };
  const std::size_t begin = data_set.at + 4;
  std::vector<Piece> pieces;
  std::size_t at = begin;
  for (std::size_t i = data_set.members; i < members_.size(); ++i) {
    const std::size_t aligned = (at + 3) & ~std::size_t{3};
    pieces.push_back({members_[i].tag, aligned - begin, members_[i].end - aligned});
    at = members_[i].end;
  }
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.tag < b.tag; });
  const auto repeated = std::unique(pieces.begin(), pieces.end(),
                                    [](const Piece& a, const Piece& b) { return a.tag == b.tag; });
  pieces.erase(repeated, pieces.end());
  const std::vector<std::byte> old(out_.data() + begin, out_.data() + out_.size());
  out_.resize(begin);
  members_.resize(data_set.members);
  for (const Piece& piece : pieces) {
    out_.align();
    out_.put(old.data() + piece.at, piece.size);
    members_.push_back({piece.tag, out_.size()});
  }
}

void JsonbSink::begin_element(dicom::Tag tag, dicom::VR vr) {
  DataSet& data_set = data_sets_.back();
  if (members_.size() > data_set.members && tag <= members_.back().tag) data_set.is_ascending = false;
  members_.push_back({tag, 0});
  out_.align();
  elements_.push_back({out_.size(), vr});
}

void JsonbSink::end_element() {
  const Element element = elements_.back();
  elements_.pop_back();
  if (out_.size() == element.at) {  // {"vr":"XX"} alone
    out_.put(jsonb::object | 1);
    out_.put(jsonb::is_string | jsonb::has_offset | 2);
    out_.put(jsonb::is_string | 2);
    out_.put("vr");
    out_.put(name(element.vr).view());
  }
  members_.back().end = out_.size();
  check_size();
}

// {"vr":"XX", key: …}; gives where the value's bytes begin, padding included.
std::size_t JsonbSink::begin_second_member(std::string_view key) {
  const std::uint32_t head[] = {jsonb::object | 2, jsonb::is_string | jsonb::has_offset | 2,
                                jsonb::is_string | narrow(key.size()), jsonb::is_string | 2, 0};
  out_.put(head, sizeof head);
  out_.put("vr");
  out_.put(key);
  out_.put(name(elements_.back().vr).view());
  return out_.size();
}

void JsonbSink::end_second_member(std::size_t value_at, std::uint32_t type) {
  constexpr std::size_t fourth_entry = 4 + 3 * 4;
  out_.set(elements_.back().at + fourth_entry, type | narrow(out_.size() - value_at));
}

void JsonbSink::inline_binary(dicom::Bytes value) {
  const std::size_t at = begin_second_member("InlineBinary");
  std::string base64;
  dicom::append_base64(value, base64);
  out_.put(base64);
  end_second_member(at, jsonb::is_string);
}

void JsonbSink::bulk_data_uri(std::string_view uri) {
  const std::size_t at = begin_second_member("BulkDataURI");
  out_.put(uri);
  end_second_member(at, jsonb::is_string);
}

void JsonbSink::values(dicom::Bytes array) {
  const std::size_t at = begin_second_member("Value");
  out_.align();
  out_.put(array.data(), array.size());
  end_second_member(at, jsonb::is_container);
}

void JsonbSink::element(dicom::Tag tag, dicom::Bytes object) {
  begin_element(tag, dicom::VR::UN);
  out_.put(object.data(), object.size());
  end_element();
}

void JsonbSink::begin_values() {
  begin_second_member("Value");
  out_.align();
  elements_.back().array_at = out_.size();
  elements_.back().values = values_.size();
  out_.put(std::uint32_t{0});
}

void JsonbSink::end_values() {
  const Element& element = elements_.back();
  const std::size_t count = values_.size() - element.values;
  const std::size_t entries_at = element.array_at + 4;
  out_.insert_space(entries_at, 4 * count);
  out_.set(element.array_at, jsonb::array | narrow(count));
  EntryWriter entries(out_, entries_at);
  std::size_t end = entries_at;
  for (std::size_t i = element.values; i < values_.size(); ++i) {
    entries.put(values_[i].end - end, values_[i].type);
    end = values_[i].end;
  }
  values_.resize(element.values);
  constexpr std::size_t value_at = 4 + 4 * 4 + 2 + 5 + 2;  // behind entries, keys and the VR
  end_second_member(element.at + value_at, jsonb::is_container);
}

void JsonbSink::text(std::string_view value) {
  out_.put(value);
  end_value(jsonb::is_string);
}

void JsonbSink::decimal(std::string_view value) {
  out_.align();
  put_numeric(value, out_);
  end_value(jsonb::is_numeric);
}

void JsonbSink::null() {
  end_value(jsonb::is_null);
}

// jsonb orders keys by length first: Phonetic, Alphabetic, Ideographic.
void JsonbSink::person_name(std::string_view value) {
  struct Group {
    std::string_view label, text;
  };
  std::array<Group, 3> groups{{{"Phonetic", {}}, {"Alphabetic", {}}, {"Ideographic", {}}}};
  dicom::split_person_name(value, [&](std::string_view label, std::string_view text) {
    for (Group& group : groups)
      if (group.label == label) group.text = text;
  });
  const auto absent =
      std::remove_if(groups.begin(), groups.end(), [](const Group& group) { return group.text.empty(); });
  const auto count = static_cast<std::size_t>(absent - groups.begin());
  out_.align();
  out_.put(jsonb::object | narrow(count));
  const std::size_t entries_at = out_.size();
  for (std::size_t i = 0; i < 2 * count; ++i) out_.put(std::uint32_t{0});
  EntryWriter entries(out_, entries_at);
  for (auto group = groups.begin(); group != absent; ++group) {
    entries.put(group->label.size(), jsonb::is_string);
    out_.put(group->label);
  }
  for (auto group = groups.begin(); group != absent; ++group) {
    entries.put(group->text.size(), jsonb::is_string);
    out_.put(group->text);
  }
  end_value(jsonb::is_container);
}

}  // namespace pgpacs::pg
