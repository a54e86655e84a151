#include "extension/dicom/charset_guess.h"

#include <algorithm>
#include <array>
#include <limits>

#include "extension/dicom/letter_statistics.h"
#include "extension/dicom/twice_encoded.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

// In the registry's numbers; these are always there.
SingleByteSet iso(std::string_view number) {
  return *find_single_byte_set(number);
}

enum class Evidence : std::uint8_t { encoding, cyrillic, polish };

struct Candidate {
  CharacterSet set;
  std::string_view name;
  Evidence evidence;  // that it decodes strictly, or that it reads as a language
};

const auto& candidates() {
  static const std::array<Candidate, 9> all{{
      {CharacterSet::utf8_twice(windows_1252), "ISO_IR 192 twice, by windows-1252", Evidence::encoding},
      {CharacterSet::utf8_twice(windows_1251), "ISO_IR 192 twice, by windows-1251", Evidence::encoding},
      {CharacterSet::utf8(), "ISO_IR 192", Evidence::encoding},
      {CharacterSet::single_byte(windows_1251), "windows-1251", Evidence::cyrillic},
      {CharacterSet::single_byte(koi8_u), "KOI8-U", Evidence::cyrillic},
      {CharacterSet::single_byte(iso("144")), "ISO_IR 144", Evidence::cyrillic},
      {CharacterSet::single_byte(cp1125), "CP1125", Evidence::cyrillic},
      {CharacterSet::single_byte(windows_1250), "windows-1250", Evidence::polish},
      {CharacterSet::single_byte(iso("101")), "ISO_IR 101", Evidence::polish},
  }};
  return all;
}

struct Reading {
  const Candidate* candidate = nullptr;
  std::string text;
  int cost = std::numeric_limits<int>::max();
};

// Halves of a nat.
constexpr int margin_over_declared = 20;
constexpr int margin_over_undeclared = 6;
constexpr int margin_over_next = 4;
constexpr int most_a_letter = 9;  // of what is a language

// Sets whose letters beyond ASCII stand for themselves in whole words.
bool is_of_other_script(const CharacterSet& declared) {
  for (const std::string_view number : {"127", "126", "138", "166", "13"})
    if (declared.set() == find_single_byte_set(number)) return true;
  return false;
}

bool is_twice_encoded(std::string_view text) {
  std::string ignored;
  return decode_twice_encoded(text, windows_1252, ignored) ||
         decode_twice_encoded(text, windows_1251, ignored);
}

bool decodes(const CharacterSet& set, std::string_view texts, std::string& out) {
  if (set.kind() == CharacterSet::Kind::utf8_twice) return decode_twice_encoded(texts, *set.set(), out);
  return set.decode(texts, out);
}

Reading read(const Candidate& candidate, std::string_view texts) {
  Reading reading;
  if (!decodes(candidate.set, texts, reading.text)) return {};
  const Unlikeliness found = unlikeliness(reading.text, candidate.evidence == Evidence::polish);
  const bool is_language = found.cost <= most_a_letter * found.letters;
  if (candidate.evidence != Evidence::encoding && !is_language) return {};
  reading.candidate = &candidate;
  reading.cost = found.cost;
  return reading;
}

bool may_be(const Candidate& candidate, const CharacterSet& declared, bool is_declared_utf8) {
  if (candidate.set == declared) return false;
  if (is_declared_utf8) return candidate.set.kind() == CharacterSet::Kind::utf8_twice;
  return candidate.evidence == Evidence::encoding || !is_of_other_script(declared);
}

// Bytes that nothing was declared for are compared as Latin 1, whose reading never fails.
int cost_of_declared(const CharacterSet& declared, std::string_view texts) {
  const bool is_undeclared = declared.kind() == CharacterSet::Kind::ascii;
  std::string text;
  (is_undeclared ? CharacterSet::single_byte(iso("100")) : declared).decode(texts, text);
  return unlikeliness(text, false).cost;
}

// At most `longest` characters of UTF-8.
std::string_view beginning(std::string_view text, std::size_t longest) {
  std::size_t at = 0;
  for (; longest > 0 && at < text.size(); --longest) at += std::max<std::size_t>(utf8_sequence(text, at), 1);
  return text.substr(0, at);
}

}  // namespace

bool is_questionable(const CharacterSet& declared, std::string_view text) {
  if (declared.has_extensions() || declared.kind() == CharacterSet::Kind::multi_byte) return false;
  return declared.kind() != CharacterSet::Kind::utf8 || !is_utf8(text) || is_twice_encoded(text);
}

std::optional<CharsetGuess> guess_charset(const CharacterSet& declared, std::string_view texts) {
  if (!is_questionable(declared, texts)) return std::nullopt;
  const bool is_declared_utf8 = declared.kind() == CharacterSet::Kind::utf8 && is_utf8(texts);
  Reading best, next;
  for (const Candidate& candidate : candidates()) {
    if (!may_be(candidate, declared, is_declared_utf8)) continue;
    Reading reading = read(candidate, texts);
    if (reading.candidate == nullptr || reading.text == best.text) continue;
    if (reading.cost < best.cost) std::swap(reading, best);
    if (reading.cost < next.cost) std::swap(reading, next);
  }
  if (best.candidate == nullptr) return std::nullopt;
  const bool is_undeclared = declared.kind() == CharacterSet::Kind::ascii;
  const int margin = is_undeclared ? margin_over_undeclared : margin_over_declared;
  if (cost_of_declared(declared, texts) < best.cost + margin) return std::nullopt;
  if (next.candidate != nullptr && next.cost < best.cost + margin_over_next) return std::nullopt;
  return CharsetGuess{best.candidate->set, best.candidate->name};
}

std::string describe(const CharsetGuess& guess, std::string_view term, const CharacterSet& declared,
                     std::string_view texts) {
  constexpr std::string_view between = " ^=\\.,;:()/\r\n\t";
  const auto is_beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const auto found =
      static_cast<std::size_t>(std::find_if(texts.begin(), texts.end(), is_beyond_ascii) - texts.begin());
  const std::size_t before = texts.substr(0, found).find_last_of(between);
  texts.remove_prefix(before == std::string_view::npos ? 0 : before + 1);
  const std::string_view word = texts.substr(0, texts.find_first_of(between));
  std::string was, is;
  declared.decode(word, was);
  guess.taken.decode(word, is);
  constexpr std::size_t longest = 12;
  std::string text(beginning(term, longest));
  if (text.empty()) text = "none";
  return text.append(" → ")
      .append(guess.name)
      .append(": ")
      .append(beginning(was, longest))
      .append(" → ")
      .append(beginning(is, longest));
}

}  // namespace pgpacs::dicom
