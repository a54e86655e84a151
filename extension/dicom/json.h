// A data set as the DICOM JSON model (PS3.18 annex F), fed to a sink: json_text.h makes text of it,
// extension/pg/jsonb_sink.h PostgreSQL's jsonb. Iterative, one pass, values not copied where they are ASCII.
//
// A sink has: begin_data_set() end_data_set() · begin_element(Tag, VR) end_element() ·
// begin_values() end_values() · text(view) person_name(view) decimal(view) null() inside values ·
// inline_binary(Bytes) bulk_data_uri(view) instead of values. Data sets of items stand inside values.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "extension/dicom/charset.h"
#include "extension/dicom/charset_evidence.h"
#include "extension/dicom/charset_guess.h"
#include "extension/dicom/defect.h"
#include "extension/dicom/json_value.h"
#include "extension/dicom/reader.h"

namespace pgpacs::dicom {

template <typename Sink>
class JsonWriter {
 public:
  JsonWriter(Sink& sink, const JsonOptions& options, Defects& defects)
      : sink_(sink), options_(options), defects_(defects), values_(defects) {}

  // Everything that `reader` gives, to its end. `on_element` sees each top-level element first.
  template <typename OnElement>
  void write(Reader& reader, OnElement&& on_element) {
    while (write_some(reader, on_element)) {
    }
  }

  // The next events of it, for who must be able to stop in between; false at the end.
  template <typename OnElement>
  bool write_some(Reader& reader, OnElement&& on_element) {
    if (charsets_.empty()) begin_data_set(CharacterSet{});
    for (int i = 0; i < events_at_once; ++i) {
      const Event event = reader.next();
      if (event == Event::end) {
        sink_.end_data_set();
        return false;
      }
      if (event == Event::element && path_.empty()) on_element(reader.element());
      handle(event, reader);
    }
    return true;
  }

 private:
  // So few that a piece is short even where every event ends an item whose elements have to be put in order.
  static constexpr int events_at_once = 16;

  struct Step {
    Tag tag;
    std::size_t item = 0;
    bool has_items = false;
  };

  void begin_data_set(CharacterSet charset) {
    sink_.begin_data_set();
    charsets_.push_back(charset);
  }

  void handle(Event event, const Reader& reader) {
    const Element& element = reader.element();
    switch (event) {
      case Event::element: write_element(reader); break;
      case Event::sequence:
        sink_.begin_element(element.tag, VR::SQ);
        path_.push_back({element.tag});
        break;
      case Event::item:
        if (!path_.back().has_items) sink_.begin_values();
        path_.back().has_items = true;
        begin_data_set(charsets_.back());
        break;
      case Event::item_end:
        sink_.end_data_set();
        charsets_.pop_back();
        ++path_.back().item;
        break;
      case Event::sequence_end:
        if (path_.back().has_items) sink_.end_values();
        sink_.end_element();
        path_.pop_back();
        break;
      case Event::fragment:
      case Event::end: break;
    }
  }

  void write_element(const Reader& reader) {
    const Element& element = reader.element();
    // File meta information is no part of the model, nor are group lengths (PS3.18 F.2.2).
    if (element.tag.is_group_length() || (path_.empty() && element.tag.group() == 0x0002)) return;
    if (element.tag == tags::specific_character_set) declare(element);
    sink_.begin_element(element.tag, element.vr);
    if (element.tag == tags::specific_character_set)
      write_character_set(element);
    else if (element.left_out != 0 || is_large(element))
      sink_.bulk_data_uri(uri(element.tag));
    else if (traits(element.vr).kind == VRKind::binary)
      write_binary(element);
    else
      values_.write(sink_, element, charsets_.back(),
                    [&](std::string_view raw) -> const CharacterSet& { return settle(reader, raw); });
    sink_.end_element();
  }

  void declare(const Element& element) {
    const std::string_view term = trim_value(as_text(element.value), false);
    if (!charsets_.back().declare(term))
      defects_.note(DefectCode::unknown_character_set, element.tag, as_text(element.value));
    if (path_.empty()) term_ = term;
    if (taken_ && charsets_.back() == declared_) charsets_.back() = *taken_;
  }

  // The set of a text. At the first that is not plain in the data set's own, one look ahead settles for the
  // whole object what that set is.
  const CharacterSet& settle(const Reader& reader, std::string_view raw) {
    const CharacterSet& own = charsets_.back();
    if (!options_.detect_character_set || is_settled_ || own != charsets_.front() || own.is_plain(raw))
      return own;
    is_settled_ = true;
    declared_ = own;
    if (!is_questionable(declared_, raw)) return own;
    const std::string texts = collect_texts(reader, declared_, options_.large_value);
    const auto guess = guess_charset(declared_, texts);
    if (!guess) return own;
    taken_ = guess->taken;
    defects_.note(DefectCode::wrong_character_set, tags::specific_character_set,
                  describe(*guess, term_, declared_, texts));
    std::replace(charsets_.begin(), charsets_.end(), declared_, guess->taken);
    return own;
  }

  // The model is in UTF-8 and says so, whatever the data set's own character set was (PS3.18 F.2.2).
  void write_character_set(const Element& element) {
    if (trim_value(as_text(element.value), false).empty()) return;
    sink_.begin_values();
    sink_.text("ISO_IR 192");
    sink_.end_values();
  }

  bool is_large(const Element& element) const {
    const bool is_binary = traits(element.vr).kind == VRKind::binary;
    return element.length > (is_binary ? options_.inline_binary : options_.large_value) ||
           (element.length > 0 && is_content(element.tag, path_.empty()));
  }

  // In little endian, since the model names no byte order.
  void write_binary(const Element& element) {
    if (element.value.empty()) return;
    if (!element.is_big_endian) return sink_.inline_binary(element.value);
    turned_.assign(element.value.begin(), element.value.end());
    turn_words(turned_, traits(element.vr).width);
    sink_.inline_binary(turned_);
  }

  // "54000100/0/54001010": tags and item numbers, put in the place of {path}.
  std::string_view uri(Tag tag) {
    uri_.assign(options_.bulk_data_uri);
    std::string path;
    for (const Step& step : path_) {
      append_hex(step.tag, path);
      path += '/' + std::to_string(step.item) + '/';
    }
    append_hex(tag, path);
    constexpr std::string_view place = "{path}";
    if (const std::size_t at = uri_.find(place); at != std::string::npos)
      uri_.replace(at, place.size(), path);
    return uri_;
  }

  static void append_hex(Tag tag, std::string& out) {
    char hex[8];
    write_hex(tag, hex);
    out.append(hex, sizeof hex);
  }

  Sink& sink_;
  JsonOptions options_;
  Defects& defects_;
  ValueWriter values_;
  std::vector<CharacterSet> charsets_;
  std::string_view term_;  // of the data set's own (0008,0005)
  bool is_settled_ = false;
  CharacterSet declared_;
  std::optional<CharacterSet> taken_;  // instead of it
  std::vector<Step> path_;
  std::string uri_;
  std::vector<std::byte> turned_;
};

}  // namespace pgpacs::dicom
