#include "extension/dicom/json_encoder.h"

#include <algorithm>
#include <array>
#include <optional>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/json_data_set.h"
#include "extension/dicom/json_parser.h"
#include "extension/dicom/limits.h"
#include "extension/dicom/utf8.h"
#include "extension/dicom/value_encoder.h"

namespace pgpacs::dicom {
namespace {

constexpr std::uint32_t deepest = 3 * Limits{}.depth + 8;
// 100,000 references that have failed, of 13 values each, are the largest sequence that pgpacs writes.
constexpr std::uint32_t most_values = 1'500'000;

[[noreturn]] void fail() {
  throw Fault{FaultCode::bad_argument, "the text is no JSON"};
}

// A place in JSON text. What is taken stands behind blanks.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  // A string that stands for itself: nothing where it has escape sequences.
  std::optional<std::string_view> plain_string() {
    if (!take("\"")) return std::nullopt;
    const std::size_t end = rest_.find_first_of("\"\\");
    if (end == std::string_view::npos || rest_[end] != '"') return std::nullopt;
    return cut(end, 1);
  }

  std::optional<std::string_view> number() {
    skip_blanks();
    const std::size_t end = std::min(rest_.find_first_not_of("-.0123456789eE+"), rest_.size());
    if (end == 0) return std::nullopt;
    return cut(end, 0);
  }

  bool is_at_end() {
    skip_blanks();
    return rest_.empty();
  }

  // Any value as it stands, to its end.
  std::string_view value() {
    skip_blanks();
    const std::string_view from = rest_;
    std::size_t open = 0;
    do {
      if (take("\""))
        skip_string();
      else if (take("{") || take("["))
        ++open;
      else if (open > 0 && (take("}") || take("]")))
        --open;
      else if (rest_.empty() || (open == 0 && is_at_end_of_value()))
        fail();
      else
        rest_.remove_prefix(1);
    } while (open > 0 || !is_at_end_of_value());
    return from.substr(0, from.size() - rest_.size());
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool is_at_end_of_value() const {
    return rest_.empty() || std::string_view(",}] \t\r\n").find(rest_.front()) != std::string_view::npos;
  }

  void skip_string() {
    for (;;) {
      const std::size_t end = rest_.find_first_of("\"\\");
      if (end == std::string_view::npos || end + 1 >= rest_.size()) fail();
      const bool is_over = rest_[end] == '"';
      rest_.remove_prefix(end + (is_over ? 1 : 2));
      if (is_over) return;
    }
  }

  std::string_view cut(std::size_t size, std::size_t behind) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size + behind);
    return taken;
  }

  std::string_view rest_;
};

class Encoder {
 public:
  Encoder(std::string_view json, const CharacterSet& charset, TransferSyntax syntax, std::string& out)
      : at_(json), charset_(charset), syntax_(syntax), out_(out) {}

  bool run() {
    const std::size_t before = out_.size();
    if (!at_.take("{")) fail();
    bool is_over = at_.take("}");
    if (!is_over) {
      do attribute();
      while (!is_foreign_ && at_.take(","));
      is_over = at_.take("}");
    }
    if (is_foreign_)
      out_.resize(before);
    else if (!is_over || !at_.is_at_end())
      fail();
    return !is_foreign_;
  }

 private:
  void attribute() {
    const auto name = at_.plain_string();
    const std::optional<Tag> tag = name ? parse_tag(*name) : std::nullopt;
    if (!tag || tag->group() < 0x0008 || !at_.take(":")) fail();
    const Scanner before = at_;
    if (*tag == tags::specific_character_set) {
      at_.value();
    } else if (!append_simple(*tag)) {
      at_ = before;
      append_any(*name, *tag, at_.value());
    }
  }

  // One of texts that stand for themselves, as nearly all are; false, and nothing appended, for any other.
  bool append_simple(Tag tag) {
    if (!at_.take("{") || !at_.take("\"vr\"") || !at_.take(":")) return false;
    const auto letters = at_.plain_string();
    if (!letters || letters->size() != 2) return false;
    const VR vr = static_cast<VR>(vr_code((*letters)[0], (*letters)[1]));
    const VRTraits kind = traits(vr);
    if (kind.kind < VRKind::text || kind.kind > VRKind::decimal) return false;
    value_.clear();
    if (!at_.take("}") && !(take_values(vr, kind) && at_.take("}"))) return false;
    if (value_.size() % 2 != 0) value_ += vr == VR::UI ? '\0' : ' ';
    append_header(tag, vr, static_cast<std::uint32_t>(value_.size()), syntax_, out_);
    out_ += value_;
    return true;
  }

  bool take_values(VR vr, const VRTraits& kind) {
    if (!at_.take(",") || !at_.take("\"Value\"") || !at_.take(":") || !at_.take("[")) return false;
    if (at_.take("]")) return true;
    if (!take_value(vr, kind)) return false;
    while (at_.take(",")) {
      value_ += '\\';
      if (kind.kind == VRKind::text || !take_value(vr, kind)) return false;
    }
    return at_.take("]");
  }

  bool take_value(VR vr, const VRTraits& kind) {
    if (kind.kind == VRKind::decimal) {
      const auto number = at_.number();
      if (!number || number->size() > (vr == VR::DS ? 16 : 12)) return false;
      value_ += *number;
      return true;
    }
    if (vr == VR::PN) return take_person_name();
    const auto text = at_.plain_string();
    if (!text) return false;
    if (kind.uses_character_set) return append_text(*text), true;
    value_ += *text;
    return is_ascii(*text);
  }

  // PS3.18 F.2.2: component groups as PS3.5 6.2.1 joins them.
  bool take_person_name() {
    constexpr std::array<std::string_view, 3> labels = {"Alphabetic", "Ideographic", "Phonetic"};
    std::array<std::string_view, 3> groups;
    if (!at_.take("{")) return false;
    do {
      const auto label = at_.plain_string();
      const auto found = std::find(labels.begin(), labels.end(), label.value_or(""));
      if (found == labels.end() || !at_.take(":")) return false;
      const auto group = at_.plain_string();
      if (!group) return false;
      groups[static_cast<std::size_t>(found - labels.begin())] = *group;
    } while (at_.take(","));
    if (!at_.take("}")) return false;
    const std::size_t count = !groups[2].empty() ? 3 : !groups[1].empty() ? 2 : 1;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) value_ += '=';
      append_text(groups[i]);
    }
    return true;
  }

  void append_text(std::string_view text) {
    if (is_ascii(text))
      value_ += text;
    else if (!charset_.encode(text, value_))
      is_foreign_ = true;
  }

  void append_any(std::string_view name, Tag tag, std::string_view json) {
    const std::size_t before = out_.size();
    try {
      const Attribute attribute =
          parse_attribute({std::string(name), parse_json(json, deepest, most_values)});
      append_element(tag, choose_vr(attribute.value, VR::none, tag), attribute.value, charset_, syntax_,
                     out_);
    } catch (const Fault& fault) {
      // UTF-8 holds all: then it is a VR that takes no such character.
      is_foreign_ = fault.code == FaultCode::foreign_character && charset_.kind() != CharacterSet::Kind::utf8;
      out_.resize(before);
      append_header(tag, implicit_vr(tag).vr, 0, syntax_, out_);
    }
  }

  Scanner at_;
  const CharacterSet& charset_;
  TransferSyntax syntax_;
  std::string& out_;
  std::string value_;
  bool is_foreign_ = false;
};

}  // namespace

bool encode_json(std::string_view json, const CharacterSet& charset, TransferSyntax syntax,
                 std::string& out) {
  return Encoder(json, charset, syntax, out).run();
}

}  // namespace pgpacs::dicom
