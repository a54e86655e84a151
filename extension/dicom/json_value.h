// The values of one element in the DICOM JSON model.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "extension/dicom/charset.h"
#include "extension/dicom/date_time.h"
#include "extension/dicom/defect.h"
#include "extension/dicom/number.h"
#include "extension/dicom/reader.h"
#include "extension/dicom/uid.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {

struct JsonOptions {
  std::size_t inline_binary = 64;                  // longer binary values become a BulkDataURI,
  std::size_t large_value = Limits{}.large_value;  // and longer values of any VR
  std::string_view bulk_data_uri = "{path}";       // {path} stands for the path of tags and item numbers
  bool detect_character_set = true;                // texts may be in another set than (0008,0005) says
};

// Blanks that carry no meaning (PS3.5 6.2): trailing ones everywhere, leading ones except in texts and UC.
inline std::string_view trim_value(std::string_view text, bool keep_leading) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!keep_leading && !text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

// The component groups of a person name by '=' (PS3.5 6.2.1.1): alphabetic, ideographic, phonetic. Calls
// `group(label, text)` for each that is not empty; delimiters of empty last components carry no meaning.
template <typename Group>
void split_person_name(std::string_view name, Group&& group) {
  constexpr std::string_view labels[] = {"Alphabetic", "Ideographic", "Phonetic"};
  for (const std::string_view label : labels) {
    const std::size_t end = name.find('=');
    std::string_view part = name.substr(0, end);
    while (!part.empty() && (part.back() == '^' || part.back() == ' ')) part.remove_suffix(1);
    if (!part.empty()) group(label, part);
    if (end == std::string_view::npos) return;
    name.remove_prefix(end + 1);
  }
}

class ValueWriter {
 public:
  explicit ValueWriter(Defects& defects) : defects_(defects) {}

  // `settle(raw)` is asked for the set of a text that is not plain in the declared one.
  template <typename Sink, typename Settle>
  void write(Sink& sink, const Element& element, const CharacterSet& declared, Settle&& settle) {
    const VRTraits vr = traits(element.vr);
    const CharacterSet ascii;
    const auto settle_ascii = [&](std::string_view) -> const CharacterSet& { return ascii; };
    switch (vr.kind) {
      case VRKind::text:
        if (vr.uses_character_set)
          write_text(sink, decode(element, declared, settle));
        else
          write_text(sink, decode(element, ascii, settle_ascii));
        break;
      case VRKind::strings: write_strings(sink, element, decode(element, declared, settle)); break;
      case VRKind::codes:
      case VRKind::decimal: write_strings(sink, element, decode(element, ascii, settle_ascii)); break;
      case VRKind::tag:
      case VRKind::number: write_numbers(sink, element, vr.width); break;
      case VRKind::binary:
      case VRKind::sequence:
      case VRKind::unknown: break;
    }
  }

 private:
  // The value in UTF-8 without its padding: a view into the input where that is clean ASCII.
  template <typename Settle>
  std::string_view decode(const Element& element, const CharacterSet& declared, Settle&& settle) {
    std::string_view raw = as_text(element.value);
    while (!raw.empty() && raw.back() == '\0') raw.remove_suffix(1);
    if (raw.find('\0') != std::string_view::npos)
      defects_.note(DefectCode::nul_in_text, element.tag);
    else if (declared.is_plain(raw))
      return raw;
    scratch_.clear();
    if (!settle(raw).decode(raw, scratch_)) defects_.note(DefectCode::bad_character, element.tag, scratch_);
    return scratch_;
  }

  template <typename Sink>
  void write_text(Sink& sink, std::string_view text) {
    const std::string_view value = trim_value(text, true);
    if (value.empty()) return;
    sink.begin_values();
    sink.text(value);
    sink.end_values();
  }

  template <typename Sink>
  void write_strings(Sink& sink, const Element& element, std::string_view all) {
    if (is_empty(element.vr, all)) return;
    sink.begin_values();
    for (;;) {
      const std::size_t end = all.find('\\');
      write_string(sink, element, trim_value(all.substr(0, end), element.vr == VR::UC));
      if (end == std::string_view::npos) break;
      all.remove_prefix(end + 1);
    }
    sink.end_values();
  }

  // Blanks; of a person name also its delimiters ("^^^^").
  static bool is_empty(VR vr, std::string_view value) {
    if (vr == VR::PN) return value.find_first_not_of(" ^=") == std::string_view::npos;
    return trim_value(value, false).empty();
  }

  template <typename Sink>
  void write_string(Sink& sink, const Element& element, std::string_view value) {
    if (is_empty(element.vr, value)) {
      sink.null();
    } else if (element.vr == VR::DS || element.vr == VR::IS) {
      // Longer ones than PS3.5 6.2 allows stay text: a double would not hold their digits.
      const bool fits = value.size() <= (element.vr == VR::DS ? 16 : 12);
      const auto number = fits ? DecimalText::parse(value) : std::nullopt;
      if (number) return sink.decimal(number->view());
      defects_.note(DefectCode::bad_number, element.tag, value);
      sink.text(value);
    } else if (element.vr == VR::PN) {
      sink.person_name(value);
    } else {
      check(element, value);
      sink.text(value);
    }
  }

  void check(const Element& element, std::string_view value) {
    const bool is_bad_date = (element.vr == VR::DA && !parse_date(value)) ||
                             (element.vr == VR::TM && !parse_time(value)) ||
                             (element.vr == VR::DT && !parse_date_time(value));
    if (is_bad_date) defects_.note(DefectCode::bad_date, element.tag, value);
    if (element.vr == VR::UI && !is_valid_uid(value)) defects_.note(DefectCode::bad_uid, element.tag, value);
  }

  template <typename Sink>
  void write_numbers(Sink& sink, const Element& element, std::size_t width) {
    if (element.value.size() % width != 0) defects_.note(DefectCode::bad_length, element.tag);
    if (element.value.size() < width) return;
    sink.begin_values();
    for (std::size_t at = 0; at + width <= element.value.size(); at += width)
      write_number(sink, element.vr, element.value.data() + at, element.is_big_endian);
    sink.end_values();
  }

  template <typename Sink>
  static void write_number(Sink& sink, VR vr, const std::byte* from, bool big) {
    switch (vr) {
      case VR::US:
        return sink.decimal(DecimalText::from(std::uint64_t{load<std::uint16_t>(from, big)}).view());
      case VR::UL:
        return sink.decimal(DecimalText::from(std::uint64_t{load<std::uint32_t>(from, big)}).view());
      case VR::UV: return sink.decimal(DecimalText::from(load<std::uint64_t>(from, big)).view());
      case VR::SS: return write_signed<Sink, std::int16_t, std::uint16_t>(sink, from, big);
      case VR::SL: return write_signed<Sink, std::int32_t, std::uint32_t>(sink, from, big);
      case VR::SV: return write_signed<Sink, std::int64_t, std::uint64_t>(sink, from, big);
      case VR::FL: return write_float(sink, std::bit_cast<float>(load<std::uint32_t>(from, big)));
      case VR::FD: return write_float(sink, std::bit_cast<double>(load<std::uint64_t>(from, big)));
      default: break;
    }
    char hex[8];  // AT: group, then element, each in the byte order of the data set
    write_hex(Tag{load<std::uint16_t>(from, big), load<std::uint16_t>(from + 2, big)}, hex);
    sink.text({hex, sizeof hex});
  }

  template <typename Sink, typename Signed, typename Unsigned>
  static void write_signed(Sink& sink, const std::byte* from, bool big) {
    sink.decimal(DecimalText::from(std::int64_t{static_cast<Signed>(load<Unsigned>(from, big))}).view());
  }

  // JSON has no word for these three; PS3.18 F.2.3 gives them as strings.
  template <typename Sink, typename Float>
  static void write_float(Sink& sink, Float value) {
    if (const auto number = DecimalText::from(value)) return sink.decimal(number->view());
    sink.text(std::isnan(value) ? "NaN" : value > 0 ? "inf" : "-inf");
  }

  Defects& defects_;
  std::string scratch_;
};

}  // namespace pgpacs::dicom
