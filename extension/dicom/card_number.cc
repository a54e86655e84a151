#include "extension/dicom/card_number.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace pgpacs::dicom {
namespace {

constexpr std::size_t shortest_with_error = 3;
constexpr std::size_t most_runs = 8;  // what has more is no number

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}

// A letter of two bytes in UTF-8.
struct Pair {
  unsigned char first, second;
};

// Cyrillic capitals that look like Latin ones.
struct LookAlike {
  Pair letter;
  char latin;
};
constexpr LookAlike look_alikes[] = {
    {{0xD0, 0x86}, 'I'}, {{0xD0, 0x90}, 'A'}, {{0xD0, 0x92}, 'B'}, {{0xD0, 0x95}, 'E'},
    {{0xD0, 0x9A}, 'K'}, {{0xD0, 0x9C}, 'M'}, {{0xD0, 0x9D}, 'H'}, {{0xD0, 0x9E}, 'O'},
    {{0xD0, 0xA0}, 'P'}, {{0xD0, 0xA1}, 'C'}, {{0xD0, 0xA2}, 'T'}, {{0xD0, 0xA5}, 'X'},
};

// Of Cyrillic letters (U+0400 to U+045F, and ґ); others stay.
Pair capital(Pair letter) {
  const auto [first, second] = letter;
  if (first == 0xD0 && second >= 0xB0 && second <= 0xBF)
    return {0xD0, static_cast<unsigned char>(second - 0x20)};
  if (first == 0xD1 && second >= 0x80 && second <= 0x8F)
    return {0xD0, static_cast<unsigned char>(second + 0x20)};
  if (first == 0xD1 && second >= 0x90 && second <= 0x9F)
    return {0xD0, static_cast<unsigned char>(second - 0x10)};
  return first == 0xD2 && second == 0x91 ? Pair{0xD2, 0x90} : letter;
}

// The letter or digit that one character is taken for; others stay the bytes they are, signs are nothing.
std::optional<char> folded(unsigned char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<unsigned char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L' || c == '|') return '1';
  if (is_digit(static_cast<char>(c)) || is_letter(static_cast<char>(c)) || c >= 0x80)
    return static_cast<char>(c);
  return std::nullopt;
}

// What stands at a place, folded; a letter of two bytes moves it on.
std::string take(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0xD0 || first > 0xD2 || at + 1 == text.size()) {
    const auto letter = folded(first);
    return letter ? std::string(1, *letter) : std::string();
  }
  const Pair letter = capital({first, static_cast<unsigned char>(text[++at])});
  for (const LookAlike& alike : look_alikes)
    if (alike.letter.first == letter.first && alike.letter.second == letter.second)
      return std::string(1, folded(static_cast<unsigned char>(alike.latin)).value_or(alike.latin));
  return {static_cast<char>(letter.first), static_cast<char>(letter.second)};
}

// Letters and digits between signs, in order.
class Runs {
 public:
  explicit Runs(std::string_view text) {
    bool is_inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string letter = take(text, i);
      if (!letter.empty() && !is_inside && count_ == most_runs) {
        count_ = 0;
        return;
      }
      if (!letter.empty() && !is_inside) ++count_;
      if (!letter.empty()) runs_[count_ - 1] += letter;
      is_inside = !letter.empty();
    }
  }
  std::span<const std::string> all() const { return {runs_.data(), count_}; }

 private:
  std::array<std::string, most_runs> runs_;
  std::size_t count_ = 0;
};

std::string without_zeros(std::string_view text) {
  const std::size_t first = text.find_first_not_of('0');
  return std::string(first == std::string_view::npos ? text.substr(0, text.empty() ? 0 : 1)
                                                     : text.substr(first));
}

std::string joined(std::span<const std::string> runs) {
  std::string whole;
  for (const std::string& run : runs) whole += run;
  return without_zeros(whole);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// What is left where letters stand before a number: N123, IB123. Letters that look like digits were folded.
std::string_view behind_letters(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && is_digit(text[at - 1])) --at;
  return text.substr(at);
}

std::size_t digits_at_front(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// One too many, too few or another, or two neighbours that changed places.
bool has_one_error(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() < shortest_with_error || b.size() - a.size() > 1) return false;
  const std::size_t same =
      static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  const std::string_view rest_a = a.substr(same);
  const std::string_view rest_b = b.substr(same);
  if (a.size() != b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.empty()) return false;  // no error at all
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

bool is_year(std::string_view run, std::string_view year) {
  return run == year || (run.size() == 2 && run == year.substr(2));
}

// The number and the year stand in what was typed, with something before or after them.
bool has_part(std::span<const std::string> runs, std::string_view key, std::string_view year) {
  for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
    const bool is_number = without_zeros(behind_letters(runs[i])) == key || without_zeros(runs[i]) == key;
    if (is_number && is_year(std::string_view(runs[i + 1]).substr(0, digits_at_front(runs[i + 1])), year))
      return true;
  }
  return false;
}

// The parts of what was typed that may be a number, when the last one or the first is a year.
template <class Try>
void each_body(std::span<const std::string> runs, const Try& attempt) {
  if (runs.size() < 2) return;
  attempt(joined(runs.first(runs.size() - 1)), runs.back());
  if (runs.front().size() == 4) attempt(joined(runs.subspan(1)), runs.front());
}

}  // namespace

std::string_view name(NumberAgreement agreement) {
  constexpr std::string_view names[] = {"missing",          "differs",        "typing",         "exact",
                                        "typing_with_year", "part_with_year", "exact_with_year"};
  return names[static_cast<std::size_t>(agreement)];
}

NumberAgreement compare_number(std::string_view typed, std::string_view number, int year) {
  using enum NumberAgreement;
  if (typed.size() > most_compared_of_number || number.size() > most_compared_of_number) return missing;
  const Runs typed_runs(typed);
  const auto runs = typed_runs.all();
  const std::string key = joined(Runs(number).all());
  const std::string written_year = std::to_string(year);
  if (runs.empty() || key.empty() || written_year.size() != 4) return missing;
  const std::string whole = joined(runs);
  if (whole == key + written_year) return exact_with_year;
  auto found = whole == key ? exact : has_one_error(whole, key) ? typing : differs;
  bool has_other_year = false;
  each_body(runs, [&](const std::string& body, std::string_view run) {
    if (!is_year(run, written_year)) {
      has_other_year =
          has_other_year || (body == key && is_digits(run) && (run.size() == 4 || run.size() == 2));
      return;
    }
    found = std::max(found, body == key                ? exact_with_year
                            : has_one_error(body, key) ? typing_with_year
                                                       : differs);
  });
  if (found < exact_with_year && has_part(runs, key, written_year)) return part_with_year;
  return has_other_year ? differs : found;
}

std::string number_key(std::string_view number) {
  if (number.size() > most_compared_of_number) return {};
  return joined(Runs(number).all());
}

std::vector<std::string> number_keys(std::string_view typed) {
  std::vector<std::string> keys;
  if (typed.size() > most_compared_of_number) return keys;
  const auto add = [&](std::string key) {
    if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end())
      keys.push_back(std::move(key));
  };
  const Runs typed_runs(typed);
  const auto runs = typed_runs.all();
  if (runs.empty()) return keys;
  add(joined(runs));
  each_body(runs, [&](const std::string& body, std::string_view) { add(body); });
  if (runs.size() > 1) add(without_zeros(runs.front()));
  add(without_zeros(behind_letters(runs.front())));
  const std::string whole = joined(runs);
  if (whole.size() > 4 && is_digits(std::string_view(whole).substr(whole.size() - 4)))
    add(whole.substr(0, whole.size() - 4));
  return keys;
}

}  // namespace pgpacs::dicom
