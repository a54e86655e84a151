#include "extension/dicom/path.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "extension/dicom/dictionary.h"
#include "extension/dicom/fault.h"

namespace pgpacs::dicom {
namespace {

[[noreturn]] void fail(const char* why) {
  throw Fault{FaultCode::unknown_attribute, why};
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char to_capital(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// ggggxxee of a private (odd) group.
bool is_block_tag(std::string_view text) {
  if (text.size() != 8 || to_capital(text[4]) != 'X' || to_capital(text[5]) != 'X') return false;
  for (const std::size_t i : {0, 1, 2, 3, 6, 7})
    if (!is_hex(text[i])) return false;
  return is_hex(text[3]) && ((text[3] >= 'A' ? text[3] - 'A' + 10 : text[3] - '0') & 1) != 0;
}

class Parser {
 public:
  Parser(std::string_view text, bool is_pattern) : rest_(text), is_pattern_(is_pattern) {}

  Path parse() {
    Path path;
    for (;;) {
      if (path.size == path.steps.size()) fail("a path has eight steps at most");
      path.steps[path.size++] = step();
      if (rest_.empty()) return path;
      if (!take('.')) fail("steps of a path are parted by dots");
    }
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  PathStep step() {
    PathStep step;
    if (const auto slash = end_of_creator())
      private_step(*slash, step);
    else
      standard_step(step);
    if (!take('[')) return step;
    step.item = index();
    if (is_pattern_ && rest_.empty()) fail("items are not named alone: the whole sequence is");
    return step;
  }

  // Where the creator of a private step ends; creators may hold dots and slashes themselves.
  std::optional<std::size_t> end_of_creator() const {
    if (is_quote()) {
      const std::size_t end = rest_.find(rest_.front(), 1);
      if (end == std::string_view::npos || !is_block_at(end + 1))
        fail("after a Private Creator comes /ggggxxee");
      return end + 1;
    }
    // A keyword or a tag has neither of these.
    const std::size_t end_of_word = std::min(rest_.find_first_of(".["), rest_.size());
    if (rest_.substr(0, end_of_word).find_first_of("/ ") == std::string_view::npos && name(end_of_word))
      return std::nullopt;
    for (std::size_t at = rest_.find('/'); at != std::string_view::npos; at = rest_.find('/', at + 1))
      if (is_block_at(at)) return at;
    return std::nullopt;
  }

  bool is_quote() const { return rest_.starts_with('\'') || rest_.starts_with('"'); }
  bool is_block_at(std::size_t slash) const {
    return slash < rest_.size() && rest_[slash] == '/' && is_block_tag(rest_.substr(slash + 1, 8));
  }

  std::optional<Tag> name(std::size_t size) const {
    const std::string_view word = rest_.substr(0, size);
    const std::optional<Tag> tag = parse_tag(word);
    return tag ? tag : find_keyword(word);
  }

  void private_step(std::size_t slash, PathStep& step) {
    std::string_view creator = rest_.substr(0, slash);
    if (is_quote()) creator = creator.substr(1, creator.size() - 2);
    if (creator.empty() || creator.size() > step.creator.size()) fail("a Private Creator has 1 to 64 bytes");
    std::copy(creator.begin(), creator.end(), step.creator.begin());
    step.creator_size = static_cast<std::uint8_t>(creator.size());
    const std::string_view tag = rest_.substr(slash + 1, 8);
    std::transform(tag.begin(), tag.end(), step.tag.begin(), to_capital);
    rest_.remove_prefix(slash + 9);
  }

  void standard_step(PathStep& step) {
    const std::size_t size = std::min(rest_.find_first_of(".["), rest_.size());
    if (is_pattern_ && masked_step(rest_.substr(0, size), step)) return rest_.remove_prefix(size);
    const std::optional<Tag> tag = name(size);
    if (!tag) fail("no attribute has this keyword or tag");
    write_hex(*tag, step.tag.data());
    rest_.remove_prefix(size);
  }

  // Eight digits of which some are x, as a tag is written; false where the word is none.
  static bool masked_step(std::string_view word, PathStep& step) {
    std::string digits(word);
    std::transform(digits.begin(), digits.end(), digits.begin(), to_capital);
    std::string as_tag = digits;
    std::replace(as_tag.begin(), as_tag.end(), 'X', '0');
    if (as_tag == digits || !parse_tag(as_tag)) return false;
    std::erase_if(digits, [](char c) { return c != 'X' && !is_hex(c); });
    std::copy(digits.begin(), digits.end(), step.tag.begin());
    return true;
  }

  std::uint32_t index() {
    std::uint32_t value = 0;
    if (is_pattern_ && take('*')) {
      if (!take(']')) fail("every item is chosen by [*]");
      return any_item;
    }
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const bool is_number = error == std::errc{} && !(is_pattern_ && value == any_item);
    if (!is_number) fail("an item is chosen by its number from 0: [0]");
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    if (!take(']')) fail("an item is chosen by its number from 0: [0]");
    return value;
  }

  std::string_view rest_;
  bool is_pattern_;
};

std::string spell_step(const PathStep& step) {
  if (step.creator_size > 0) {
    // One that begins with a quote was written in the other kind.
    const std::string_view creator = step.private_creator();
    const char* quote = creator.front() == '\'' ? "\"" : creator.front() == '"' ? "'" : "";
    return quote + std::string(creator) + quote + "/" + std::string(step.key());
  }
  const std::optional<Tag> tag = parse_tag(step.key());
  const auto entry = find_attribute(*tag);
  // Of repeating groups the keyword means the lowest alone.
  if (entry && !entry->keyword.empty() && find_keyword(entry->keyword) == tag)
    return std::string(entry->keyword);
  return std::string(step.key());
}

}  // namespace

Path parse_path(std::string_view text) {
  return Parser(text, false).parse();
}

Path parse_pattern(std::string_view text) {
  return Parser(text, true).parse();
}

std::string spell_path(const Path& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size; ++i) {
    text += spell_step(path.steps[i]);
    if (i + 1 < path.size) text += "[" + std::to_string(path.steps[i].item) + "].";
  }
  return text;
}

}  // namespace pgpacs::dicom
