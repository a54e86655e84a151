#include "extension/dicom/value_encoder.h"

#include <charconv>
#include <limits>
#include <optional>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/json_value.h"

namespace pgpacs::dicom {
namespace {

[[noreturn]] void refuse(const char* why, Tag tag) {
  throw Fault{FaultCode::bad_argument, why, tag};
}

template <typename Word>
void append_word(Word word, bool is_big_endian, std::string& out) {
  if (is_big_endian) word = swap_bytes(word);
  out.append(reinterpret_cast<const char*>(&word), sizeof word);
}

template <typename Number>
Number parse_number(std::string_view text, Tag tag) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    refuse("the value is no number that its VR can hold", tag);
  return number;
}

template <typename Number, typename Word>
void append_number(std::string_view text, Tag tag, bool is_big_endian, std::string& out) {
  append_word(std::bit_cast<Word>(parse_number<Number>(text, tag)), is_big_endian, out);
}

void append_tag(std::string_view text, Tag tag, bool is_big_endian, std::string& out) {
  const std::optional<Tag> value = parse_tag(text);
  if (!value) refuse("a value of AT is a tag of eight digits", tag);
  append_word(value->group(), is_big_endian, out);
  append_word(value->element(), is_big_endian, out);
}

void append_number(VR vr, std::string_view text, Tag tag, bool big, std::string& out) {
  switch (vr) {
    case VR::US: return append_number<std::uint16_t, std::uint16_t>(text, tag, big, out);
    case VR::SS: return append_number<std::int16_t, std::uint16_t>(text, tag, big, out);
    case VR::UL: return append_number<std::uint32_t, std::uint32_t>(text, tag, big, out);
    case VR::SL: return append_number<std::int32_t, std::uint32_t>(text, tag, big, out);
    case VR::UV: return append_number<std::uint64_t, std::uint64_t>(text, tag, big, out);
    case VR::SV: return append_number<std::int64_t, std::uint64_t>(text, tag, big, out);
    case VR::FL: return append_number<float, std::uint32_t>(text, tag, big, out);
    case VR::FD: return append_number<double, std::uint64_t>(text, tag, big, out);
    default: return append_tag(text, tag, big, out);
  }
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::string decode_base64(std::string_view text, Tag tag) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int six = base64_value(c);
    if (six < 0) refuse("a binary value is given in base64", tag);
    bits = bits << 6 | static_cast<std::uint32_t>(six);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

void append_binary(VR vr, const Value& value, Tag tag, bool is_big_endian, std::string& out) {
  if (value.texts.size() > 1) refuse("a binary value is one text in base64", tag);
  if (value.texts.empty()) return;
  std::string bytes = decode_base64(value.texts.front(), tag);
  if (is_big_endian) turn_words(std::as_writable_bytes(std::span(bytes)), word_width(vr));
  out += bytes;
}

void check_decimal(VR vr, std::string_view text, Tag tag) {
  const std::size_t longest = vr == VR::DS ? 16 : 12;
  if (!text.empty() && (text.size() > longest || !DecimalText::parse(text)))
    refuse("a value of DS or IS is a number of 16 or 12 characters at most", tag);
}

void append_texts(VR vr, const Value& value, Tag tag, const CharacterSet& charset, std::string& out) {
  const VRTraits kind = traits(vr);
  if (kind.kind == VRKind::text && value.texts.size() > 1) refuse("this VR has one value only", tag);
  bool is_first = true;
  for (const std::string& text : value.texts) {
    if (!is_first) out += '\\';
    is_first = false;
    if (kind.kind == VRKind::decimal && text.find('\\') == std::string::npos) check_decimal(vr, text, tag);
    const CharacterSet& set = kind.uses_character_set ? charset : CharacterSet{};
    if (!set.encode(text, out))
      throw Fault{FaultCode::foreign_character, "the character set of the data set lacks a character", tag};
  }
}

void append_items(const Value& value, CharacterSet charset, TransferSyntax syntax, std::string& out) {
  const CharacterSet around = charset;
  for (const std::vector<Attribute>& item : value.items) {
    std::string content;
    charset = around;
    for (const Attribute& attribute : item) {
      if (attribute.tag == tags::specific_character_set) charset.declare(joined(attribute.value));
      append_element(attribute.tag, choose_vr(attribute.value, VR::none, attribute.tag), attribute.value,
                     charset, syntax, content);
    }
    append_word(tags::item.group(), syntax.is_big_endian, out);
    append_word(tags::item.element(), syntax.is_big_endian, out);
    append_word(static_cast<std::uint32_t>(content.size()), syntax.is_big_endian, out);
    out += content;
  }
}

std::string encode_value(Tag tag, VR vr, const Value& value, const CharacterSet& charset,
                         TransferSyntax syntax) {
  std::string out;
  switch (traits(vr).kind) {
    case VRKind::sequence: append_items(value, charset, syntax, out); break;
    case VRKind::binary: append_binary(vr, value, tag, syntax.is_big_endian, out); break;
    case VRKind::number:
    case VRKind::tag:
      for (const std::string& text : value.texts) append_number(vr, text, tag, syntax.is_big_endian, out);
      break;
    default: append_texts(vr, value, tag, charset, out); break;
  }
  const bool ends_in_nul = vr == VR::UI || traits(vr).kind == VRKind::binary;
  if (out.size() % 2 != 0) out += ends_in_nul ? '\0' : ' ';
  return out;
}

}  // namespace

std::string joined(const Value& value) {
  std::string all;
  for (const std::string& text : value.texts) {
    if (&text != &value.texts.front()) all += '\\';
    all += text;
  }
  return all;
}

VR choose_vr(const Value& value, VR came, Tag tag) {
  const bool is_empty = value.texts.empty() && value.items.empty();
  VR vr = value.vr != VR::none ? value.vr : came;
  if (vr == VR::none || (vr == VR::UN && value.vr == VR::none)) vr = implicit_vr(tag).vr;
  if (vr == VR::UN && value.vr == VR::none && !is_empty)
    refuse(value.items.empty() ? "the VR of the attribute is not known: give it" : "items want the VR SQ",
           tag);
  if (!value.texts.empty() && vr == VR::SQ) refuse("a sequence takes items", tag);
  if (!value.items.empty() && vr != VR::SQ) refuse("items are for sequences", tag);
  return vr;
}

void append_header(Tag tag, VR vr, std::uint32_t length, TransferSyntax syntax, std::string& out) {
  append_word(tag.group(), syntax.is_big_endian, out);
  append_word(tag.element(), syntax.is_big_endian, out);
  if (!syntax.is_explicit) return append_word(length, syntax.is_big_endian, out);
  const bool is_long = traits(vr).has_long_length;
  if (!is_long && length > longest_short_value) vr = VR::UN;
  out += name(vr).view();
  if (!is_long && length <= longest_short_value)
    return append_word(static_cast<std::uint16_t>(length), syntax.is_big_endian, out);
  out.append(2, '\0');
  append_word(length, syntax.is_big_endian, out);
}

void append_element(Tag tag, VR vr, const Value& value, const CharacterSet& charset, TransferSyntax syntax,
                    std::string& out) {
  const std::string bytes = encode_value(tag, vr, value, charset, syntax);
  if (bytes.size() >= undefined_length) throw Fault{FaultCode::too_large, "the new value is too long", tag};
  append_header(tag, vr, static_cast<std::uint32_t>(bytes.size()), syntax, out);
  out += bytes;
}

}  // namespace pgpacs::dicom
