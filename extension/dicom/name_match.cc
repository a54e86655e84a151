#include "extension/dicom/name_match.h"

#include <algorithm>
#include <utility>

#include "extension/dicom/romanize.h"
#include "extension/dicom/wildcard.h"

namespace pgpacs::dicom {
namespace {

// More components than a person name has (PS3.5 6.2.1: five), in some order: only the order given counts.
constexpr std::size_t most_words_in_any_order = 6;

bool is_separator(char c) {
  return c == '^' || c == ' ' || c == '\t';
}

// In UTF-8 the letters from U+0400 to U+052F begin with D0 to D4.
bool has_cyrillic(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xD0 && byte <= 0xD4;
  });
}

std::string join(const std::vector<std::string>& words) {
  std::string whole;
  for (const std::string& word : words) {
    if (!whole.empty()) whole += ' ';
    whole += word;
  }
  return whole;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (!is_separator(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::vector<std::string_view> split_groups(std::string_view name) {
  std::vector<std::string_view> groups;
  for (;;) {
    const std::size_t end = name.find('=');
    groups.push_back(name.substr(0, end));
    if (end == std::string_view::npos) return groups;
    name.remove_prefix(end + 1);
  }
}

std::string key_letters(std::string_view group) {
  std::string key;
  for (const char c : name_letters(romanize(group))) {
    const char letter = c == 'y' ? 'i' : c;
    if (letter != 'i' || key.empty() || key.back() != 'i') key += letter;
  }
  return key;
}

// Each of the pattern's words for a word of its own; `used` are bits of the name's words.
bool assign(const std::vector<std::string>& patterns, std::size_t at, const std::vector<std::string>& words,
            unsigned used) {
  if (at == patterns.size()) return true;
  for (std::size_t i = 0; i < words.size(); ++i)
    if ((used >> i & 1) == 0 && matches_wildcard(patterns[at], words[i]) &&
        assign(patterns, at + 1, words, used | 1U << i))
      return true;
  return false;
}

// A letter of one alphabet may be several of another.
std::string question_marks_as_stars(std::string text) {
  std::replace(text.begin(), text.end(), '?', '*');
  return text;
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string key;
  const std::vector<std::string_view> groups = split_groups(name);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i > 0) key += '=';
    key += join(split_words(key_letters(groups[i])));
  }
  while (!key.empty() && key.back() == '=') key.pop_back();
  return key;
}

NamePattern::Form NamePattern::form(std::string_view text) {
  Form form{.whole = {}, .words = split_words(text)};
  form.whole = join(form.words);
  return form;
}

NamePattern::Group NamePattern::group(std::string_view text) {
  return {.letters = form(name_letters(text)),
          .key = form(key_letters(text)),
          .is_cyrillic = has_cyrillic(text),
          .has_star = text.find('*') != std::string_view::npos};
}

NamePattern::NamePattern(std::string_view pattern) {
  for (const std::string_view text : split_groups(pattern)) {
    Group one = group(text);
    one.key = form(question_marks_as_stars(one.key.whole));
    groups_.push_back(std::move(one));
  }
}

// A name of one component ends before the blank of "SMITH *": both sides get one.
bool NamePattern::matches(const Form& pattern, const Form& name, bool has_star) {
  const bool is_open = !pattern.whole.empty() && pattern.whole.back() == '*';
  if (matches_wildcard(is_open ? pattern.whole : pattern.whole + ' ', name.whole + ' ')) return true;
  const std::size_t words = pattern.words.size();
  if (words < 2 || words > most_words_in_any_order || name.words.size() > most_words_in_any_order)
    return false;
  if (words > name.words.size() || (words < name.words.size() && !has_star)) return false;
  return assign(pattern.words, 0, name.words, 0);
}

bool NamePattern::matches(const Group& pattern, const Group& name) {
  return pattern.is_cyrillic == name.is_cyrillic ? matches(pattern.letters, name.letters, pattern.has_star)
                                                 : matches(pattern.key, name.key, pattern.has_star);
}

bool NamePattern::matches(std::string_view name) const {
  const std::vector<std::string_view> texts = split_groups(name);
  if (groups_.size() == 1)
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string_view text) { return matches(groups_[0], group(text)); });
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].letters.whole.empty()) continue;
    if (!matches(groups_[i], group(i < texts.size() ? texts[i] : std::string_view()))) return false;
  }
  return true;
}

}  // namespace pgpacs::dicom
