#include "extension/dicom/sound_distance.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "extension/dicom/name_sound.h"

namespace pgpacs::dicom {
namespace {

constexpr std::string_view near_pairs[] = {"ao", "ei", "hg", "hx", "gx", "kx", "cq", "ck", "jz",
                                           "vf", "ws", "wq", "qk", "ct", "xy", "ky", "sz"};

constexpr auto near_table = [] {
  std::array<std::uint32_t, 26> table{};
  for (const std::string_view pair : near_pairs) {
    table[static_cast<std::size_t>(pair[0] - 'a')] |= 1U << (pair[1] - 'a');
    table[static_cast<std::size_t>(pair[1] - 'a')] |= 1U << (pair[0] - 'a');
  }
  return table;
}();

}  // namespace

bool is_vowel(char sound) {
  return sound == 'a' || sound == 'e' || sound == 'i' || sound == 'o' || sound == 'u';
}

bool are_near(char a, char b) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return is_letter(a) && is_letter(b) &&
         (near_table[static_cast<std::size_t>(a - 'a')] >> (b - 'a') & 1) != 0;
}

namespace {

constexpr int near_cost = 1;
constexpr int other_cost = 3;
constexpr int first_cost = 5;

int substitution_cost(char a, char b, bool is_first) {
  if (a == b) return 0;
  if (are_near(a, b)) return near_cost;
  return is_first ? first_cost : other_cost;
}

// Of a sound that one of the words has alone.
int lone_cost(std::string_view word, std::size_t at) {
  const char before = at > 0 ? word[at - 1] : '\0';
  const char after = at + 1 < word.size() ? word[at + 1] : '\0';
  if (word[at] == 'i' && (is_vowel(before) || is_vowel(after))) return near_cost;
  if (word[at] == 'q' && before == 'w') return near_cost;  // щ
  return other_cost;
}

// Sounds that only another step of full cost takes for others, and pairs that are near each other and no
// third sound: a bit each.
std::uint32_t clear_sounds(std::string_view word) {
  constexpr auto bits = [] {
    std::array<std::uint32_t, 256> table{};
    const std::string_view clear[] = {"b", "d", "l", "m", "n", "p", "r", "u", "vf", "ao"};
    for (std::size_t i = 0; i < std::size(clear); ++i)
      for (const char sound : clear[i]) table[static_cast<unsigned char>(sound)] = 1U << i;
    return table;
  }();
  std::uint32_t sounds = 0;
  for (const char sound : word) sounds |= bits[static_cast<unsigned char>(sound)];
  return sounds;
}

// A step of full cost changes two of them at most.
bool are_far(std::string_view a, std::string_view b, int most) {
  return std::popcount(clear_sounds(a) ^ clear_sounds(b)) > 2 * (most / other_cost);
}

}  // namespace

// Optimal string alignment; three rows of it at a time.
int sound_distance(std::string_view a, std::string_view b, int most) {
  a = a.substr(0, NameWord::most_sounds);
  b = b.substr(0, NameWord::most_sounds);
  if (are_far(a, b, most)) return most + 1;
  using Row = std::array<int, NameWord::most_sounds + 1>;
  std::array<Row, 3> rows;
  std::array<int, NameWord::most_sounds> lone_b;
  rows[0][0] = 0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    lone_b[j] = lone_cost(b, j);
    rows[0][j + 1] = rows[0][j] + lone_b[j];
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const Row& above = rows[(i - 1) % 3];
    Row& row = rows[i % 3];
    const int lone_a = lone_cost(a, i - 1);
    int least = row[0] = above[0] + lone_a;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      int cost = std::min({above[j] + lone_a, row[j - 1] + lone_b[j - 1],
                           above[j - 1] + substitution_cost(a[i - 1], b[j - 1], i == 1 && j == 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost = std::min(cost, rows[(i - 2) % 3][j - 2] + other_cost);
      row[j] = cost;
      least = std::min(least, cost);
    }
    // A change of places reaches over one row, and costs more than a row can be above it.
    if (least > most + other_cost) return most + 1;
  }
  return std::min(rows[a.size() % 3][b.size()], most + 1);
}

bool begins(std::string_view beginning, std::string_view word) {
  if (beginning.empty() || beginning.size() > word.size()) return false;
  for (std::size_t i = 0; i + 1 < beginning.size(); ++i)
    if (beginning[i] != word[i] && !are_near(beginning[i], word[i])) return false;
  const char last = beginning.back();
  const char whole = word[beginning.size() - 1];
  // Sh, Zh, Kh, Ts, Ch cut after the first letter.
  constexpr std::string_view cut = "swzjkxtckqtqcqky";
  for (std::size_t i = 0; i < cut.size(); i += 2)
    if (last == cut[i] && whole == cut[i + 1]) return true;
  return last == whole || are_near(last, whole);
}

}  // namespace pgpacs::dicom
