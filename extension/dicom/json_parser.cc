#include "extension/dicom/json_parser.h"

#include <algorithm>

#include "extension/dicom/fault.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

using Kind = JsonValue::Kind;

[[noreturn]] void fail() {
  throw Fault{FaultCode::bad_argument, "the text is no JSON"};
}

class Parser {
 public:
  Parser(std::string_view text, std::uint32_t depth, std::uint32_t values)
      : rest_(text), depth_(depth), values_(values) {}

  JsonValue parse() {
    JsonValue all = value();
    skip_blanks();
    if (!rest_.empty()) fail();
    return all;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool take(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  // Recursive, as deep as depth_ allows.
  JsonValue value() {
    if (values_-- == 0) throw Fault{FaultCode::too_large, "the JSON has more values than the limit"};
    JsonValue value;
    if (take("{")) {
      value.kind = Kind::object;
      members(value);
    } else if (take("[")) {
      value.kind = Kind::array;
      list(value);
    } else if (take("\"")) {
      value.kind = Kind::string;
      value.text = string();
    } else if (take("true") || take("false")) {
      value.kind = Kind::boolean;
      value.is_true = *(rest_.data() - 2) == 'u';
    } else if (!take("null")) {
      value.kind = Kind::number;
      number(value);
    }
    return value;
  }

  void enter() {
    if (depth_ == 0) throw Fault{FaultCode::too_deep, "the JSON is nested too deeply"};
    --depth_;
  }

  void members(JsonValue& object) {
    enter();
    if (!take("}")) do {
        if (!take("\"")) fail();
        std::string name = string();
        if (!take(":")) fail();
        object.members.push_back({std::move(name), value()});
      } while (comma_or("}"));
    ++depth_;
  }

  void list(JsonValue& array) {
    enter();
    if (!take("]")) do {
        array.list.push_back(value());
      } while (comma_or("]"));
    ++depth_;
  }

  bool comma_or(std::string_view end) {
    if (take(end)) return false;
    if (!take(",")) fail();
    return true;
  }

  void number(JsonValue& value) {
    const std::size_t end = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
    if (end == 0 || rest_.front() == '+') fail();
    value.text = rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  std::string string() {
    std::string out;
    for (;;) {
      const std::size_t end = rest_.find_first_of("\"\\");
      if (end == std::string_view::npos) fail();
      out += rest_.substr(0, end);
      const bool is_over = rest_[end] == '"';
      rest_.remove_prefix(end + 1);
      if (is_over) return out;
      escape(out);
    }
  }

  void escape(std::string& out) {
    if (rest_.empty()) fail();
    const char c = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t at = letters.find(c); at != std::string_view::npos)
      out += meanings[at];
    else if (c == 'u')
      code_point(out);
    else
      fail();
  }

  void code_point(std::string& out) {
    char32_t character = unit();
    if (character >= 0xD800 && character < 0xDC00 && rest_.starts_with("\\u")) {
      rest_.remove_prefix(2);
      const char32_t low = unit();
      if (low < 0xDC00 || low > 0xDFFF) fail();
      character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    }
    if (character == 0 || (character >= 0xD800 && character < 0xE000)) fail();
    append_utf8(character, out);
  }

  char32_t unit() {
    if (rest_.size() < 4) fail();
    char32_t unit = 0;
    for (const char c : rest_.substr(0, 4)) {
      const bool is_digit = c >= '0' && c <= '9';
      const char letter = static_cast<char>(c | 0x20);
      if (!is_digit && (letter < 'a' || letter > 'f')) fail();
      unit = unit << 4 | static_cast<char32_t>(is_digit ? c - '0' : letter - 'a' + 10);
    }
    rest_.remove_prefix(4);
    return unit;
  }

  std::string_view rest_;
  std::uint32_t depth_;
  std::uint32_t values_;  // that may still come
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

JsonValue parse_json(std::string_view text, std::uint32_t depth, std::uint32_t values) {
  return Parser(text, depth, values).parse();
}

}  // namespace pgpacs::dicom
