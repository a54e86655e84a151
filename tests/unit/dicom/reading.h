// What the library makes of bytes, as text that a test can compare.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "extension/dicom/fault.h"
#include "extension/dicom/json.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/reader.h"
#include "tests/unit/dicom/builder.h"

namespace pgpacs::dicom {

inline TransferSyntax syntax_of(test::Encoding encoding) {
  return {.is_explicit = encoding.has_vr, .is_big_endian = encoding.is_big_endian};
}

// The name of the fault that `work` ends in, "" where it ends well.
template <typename Work>
std::string fault_in(Work&& work) {
  try {
    work();
    return "";
  } catch (const Fault& fault) {
    return info(fault.code).name;
  }
}

inline std::string quote(Bytes value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "'";
  for (const char c : as_text(value)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F)
      out += c;
    else
      (out += '\\') += digits[byte >> 4], out += digits[byte & 15];
  }
  return out + "'";
}

// The events: "00080020 DA '19990101' 00081140 SQ[ { … } ]"; a value that was left out is "~12", a fragment
// "# '…'"; where a fault ends them, its name.
inline std::string events(Reader& reader) {
  std::ostringstream out;
  const char* separator = "";
  const auto put = [&](const auto&... parts) { (out << separator, ..., (out << parts)), separator = " "; };
  const auto put_value = [&](const Element& element) {
    if (element.left_out != 0)
      out << " ~" << element.left_out;
    else if (element.length != undefined_length)
      out << ' ' << quote(element.value);
  };
  const std::string fault = fault_in([&] {
    for (Event event = reader.next(); event != Event::end; event = reader.next()) {
      const Element& element = reader.element();
      char tag[9] = {};
      write_hex(element.tag, tag);
      switch (event) {
        case Event::element: put(tag, ' ', name(element.vr).view()), put_value(element); break;
        case Event::sequence: put(tag, " SQ["); break;
        case Event::item: put("{"); break;
        case Event::item_end: put("}"); break;
        case Event::sequence_end: put("]"); break;
        case Event::fragment: put("#"), put_value(element); break;
        case Event::end: break;
      }
    }
  });
  if (!fault.empty()) put(fault);
  return out.str();
}

inline std::string events(std::string_view bytes, TransferSyntax syntax = {}, bool allow_cut = false) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, syntax, Limits{}, defects, allow_cut);
  return events(reader);
}

// "odd_length 00100010, repeated 00100010"
inline std::string list(const Defects& defects) {
  std::string out;
  for (const Defect& defect : defects.list()) {
    char tag[8];
    write_hex(defect.tag, tag);
    if (!out.empty()) out += ", ";
    out.append(name(defect.code)).append(" ").append(tag, sizeof tag);
  }
  return out;
}

inline std::string defects_in(std::string_view bytes, TransferSyntax syntax = {}) {
  Defects defects;
  Reader reader({as_bytes(bytes)}, syntax, Limits{}, defects);
  events(reader);
  return list(defects);
}

// JSON text, or the name of the fault.
inline std::string to_json(Source source, TransferSyntax syntax, Defects& defects,
                           const JsonOptions& options = {}, bool allow_cut = false) {
  std::string json;
  const std::string fault = fault_in([&] {
    Reader reader(source, syntax, Limits{}, defects, allow_cut);
    JsonText text;
    JsonWriter writer(text, options, defects);
    writer.write(reader, [](const Element&) {});
    json = text.take();
  });
  return fault.empty() ? json : fault;
}

inline std::string to_json(std::string_view bytes, TransferSyntax syntax = {},
                           const JsonOptions& options = {}) {
  Defects defects;
  return to_json({as_bytes(bytes)}, syntax, defects, options);
}

}  // namespace pgpacs::dicom
