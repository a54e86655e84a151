#include "extension/dicom/json_text.h"

#include <algorithm>

#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void append_base64(Bytes bytes, std::string& out) {
  const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned>(bytes[i]) : 0u; };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += base64_digits[three >> 18];
    out += base64_digits[three >> 12 & 63];
    out += i + 1 < bytes.size() ? base64_digits[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? base64_digits[three & 63] : '=';
  }
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex_digits[byte >> 4];
      out += hex_digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

void JsonText::begin_data_set() {
  if (!data_sets_.empty()) separate();
  out_ += '{';
  data_sets_.push_back({out_.size(), true, {}});
}

void JsonText::end_data_set() {
  if (!data_sets_.back().is_ascending) sort(data_sets_.back());
  data_sets_.pop_back();
  out_ += '}';
  is_first_value_ = false;
}

void JsonText::begin_element(Tag tag, VR vr) {
  DataSet& data_set = data_sets_.back();
  if (!data_set.entries.empty()) {
    out_ += ',';
    data_set.is_ascending = data_set.is_ascending && tag > data_set.entries.back().tag;
  }
  data_set.entries.push_back({tag, out_.size()});
  char hex[8];
  write_hex(tag, hex);
  out_ += '"';
  out_.append(hex, sizeof hex);
  out_ += R"(":{"vr":")";
  out_ += name(vr).view();
  out_ += '"';
}

// Rewrites the elements of the innermost data set in ascending order; of equal tags the first stays, as the
// readers of other makers have it.
void JsonText::sort(const DataSet& data_set) {
  std::vector<std::pair<Tag, std::string_view>> elements;
  const std::string_view all = out_;
  for (std::size_t i = 0; i < data_set.entries.size(); ++i) {
    const std::size_t at = data_set.entries[i].at;
    const std::size_t end = i + 1 < data_set.entries.size() ? data_set.entries[i + 1].at - 1 : all.size();
    elements.emplace_back(data_set.entries[i].tag, all.substr(at, end - at));
  }
  std::stable_sort(elements.begin(), elements.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto repeated = std::unique(elements.begin(), elements.end(),
                                    [](const auto& a, const auto& b) { return a.first == b.first; });
  elements.erase(repeated, elements.end());
  std::string sorted;
  for (const auto& [tag, text] : elements) {
    if (!sorted.empty()) sorted += ',';
    sorted += text;
  }
  out_.replace(data_set.at, std::string::npos, sorted);
}

void JsonText::begin_values() {
  out_ += R"(,"Value":[)";
  is_first_value_ = true;
}

void JsonText::separate() {
  if (!is_first_value_) out_ += ',';
  is_first_value_ = false;
}

void JsonText::text(std::string_view value) {
  separate();
  out_ += quoted(value);
}

void JsonText::person_name(std::string_view value) {
  separate();
  out_ += '{';
  bool is_first = true;
  split_person_name(value, [&](std::string_view label, std::string_view part) {
    if (!is_first) out_ += ',';
    is_first = false;
    out_ += quoted(label);
    out_ += ':';
    out_ += quoted(part);
  });
  out_ += '}';
}

void JsonText::decimal(std::string_view value) {
  separate();
  out_ += value;
}

void JsonText::null() {
  separate();
  out_ += "null";
}

void JsonText::inline_binary(Bytes value) {
  out_ += R"(,"InlineBinary":")";
  append_base64(value, out_);
  out_ += '"';
}

void JsonText::bulk_data_uri(std::string_view uri) {
  out_ += R"(,"BulkDataURI":)";
  out_ += quoted(uri);
}

}  // namespace pgpacs::dicom
