#include "extension/dicom/name_similarity.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "extension/dicom/name_sound.h"
#include "extension/dicom/name_word.h"

namespace pgpacs::dicom {
namespace {

// An initial is of a given name or a patronymic: of which, the other name says.
enum Component : std::uint8_t { surname, given, patronymic, initial };
constexpr std::size_t components = 4;

// The figure of each component for each level, in the order of Agreement. What is missing from one name only
// is no contradiction; a patronymic, which consoles leave out, least of all. A woman changes her surname, a
// typist mishears it: none of the three rules a pair out by itself.
constexpr float figures[3][9] = {
    {.5F, .1F, .6F, .5F, .6F, .85F, .95F, .97F, 1},
    {.6F, .05F, .65F, .05F, .65F, .9F, .97F, .98F, 1},
    {.95F, .2F, .955F, .2F, .955F, .97F, .98F, .99F, 1},
};
// What is added for the share of the longer word that is there.
constexpr float figure_of_share[3] = {.25F, .25F, .015F};
constexpr float share_of_double_surname = .5F;

struct Word {
  KnownWord known;
  Component component = surname;
  bool is_paired = false;
};

// The words of a name in an order of their own, so that nothing depends on that of the name.
class Side {
 public:
  explicit Side(std::string_view name) : sounds_(name_words(name)) {
    for (std::size_t i = 0; i < sounds_.count; ++i) words_[i].known = look_up(sounds_.words[i]);
    std::sort(words().begin(), words().end(),
              [](const Word& a, const Word& b) { return order(a) < order(b); });
    for (Word& word : words()) word.component = component(word.known);
    find_surname();
    const bool is_one_surname = left(surname) == 1;
    const bool are_given_names = left(given) > 1;
    for (Word& word : words()) {
      word.known.is_only_surname = is_one_surname && word.component == surname;
      word.known.is_second_given = are_given_names && word.component == given;
    }
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  std::span<Word> words() { return {words_.data(), sounds_.count}; }
  std::span<const Word> words() const { return {words_.data(), sounds_.count}; }
  bool operator<(const Side& other) const {
    return std::lexicographical_compare(words().begin(), words().end(), other.words().begin(),
                                        other.words().end(),
                                        [](const Word& a, const Word& b) { return order(a) < order(b); });
  }
  int left(Component component) const {
    return static_cast<int>(std::count_if(words().begin(), words().end(), [&](const Word& word) {
      return !word.is_paired && word.component == component;
    }));
  }

 private:
  static std::tuple<std::string_view, bool, bool> order(const Word& word) {
    return {word.known.sounds, word.known.is_initial, word.known.may_be_cut};
  }

  static Component component(const KnownWord& word) {
    if (word.is_initial) return initial;
    if (word.patronymic) return patronymic;
    return word.given != 0 ? given : surname;
  }

  // Of a name in which every word is a given name or a patronymic, one is its surname: a patronymic of
  // nobody's (Якубович), else the less usual of two given names (Мартин Іван).
  void find_surname() {
    Word* found = nullptr;
    int given_names = 0;
    for (Word& word : words()) {
      if (word.component == surname) return;
      if (word.component == patronymic && word.known.patronymic->father == 0) found = &word;
      given_names += word.component == given;
    }
    if (found == nullptr && given_names > 1)
      for (Word& word : words())
        if (word.component == given && (found == nullptr || word.known.given > found->known.given))
          found = &word;
    if (found != nullptr) found->component = surname;
  }

  NameWords sounds_;
  std::array<Word, NameWords::most> words_;
};

class Comparison {
 public:
  Comparison(Side& a, Side& b) : a_(a), b_(b) {
    pair_words();
    for (std::size_t i = 0; i < components; ++i) {
      left_a_[i] = a.left(static_cast<Component>(i));
      left_b_[i] = b.left(static_cast<Component>(i));
    }
  }

  NameAgreement result() {
    if (a_.words().empty() || b_.words().empty()) return {};
    lend_surnames();
    const WordAgreement of_given = settle(given);
    const WordAgreement of_patronymic = settle(patronymic);
    const WordAgreement of_surname = settle(surname);
    NameAgreement result{
        .surname = of_surname.level, .given = of_given.level, .patronymic = of_patronymic.level};
    if (pairs_ > 0)
      result.similarity =
          figure(surname, of_surname) * figure(given, of_given) * figure(patronymic, of_patronymic);
    return result;
  }

 private:
  struct Candidate {
    Word* a = nullptr;
    Word* b = nullptr;
    std::tuple<Agreement, float, int, std::size_t> strength;
    WordAgreement agreement;
  };

  // The strongest pair first.
  void pair_words() {
    std::vector<Candidate> candidates;
    candidates.reserve(a_.words().size() * b_.words().size());
    for (Word& a : a_.words())
      for (Word& b : b_.words()) {
        const WordAgreement agreement = compare_words(a.known, b.known);
        if (agreement.level == Agreement::differs) continue;
        candidates.push_back(
            {&a, &b, {agreement.level, agreement.share, preference(a, b), ~candidates.size()}, agreement});
      }
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& x, const Candidate& y) { return x.strength > y.strength; });
    for (const Candidate& candidate : candidates)
      if (!candidate.a->is_paired && !candidate.b->is_paired) take(candidate);
  }

  // An initial is sooner that of a given name.
  static int preference(const Word& a, const Word& b) {
    const Component component = a.component == initial ? b.component : a.component;
    return component == given ? 2 : component == patronymic ? 1 : 0;
  }

  void take(const Candidate& pair) {
    pair.a->is_paired = pair.b->is_paired = true;
    ++pairs_;
    add(component_of(pair), pair.agreement);
  }

  // Where the two disagree, the name that has more words knows better.
  Component component_of(const Candidate& pair) const {
    const Component a = pair.a->component;
    const Component b = pair.b->component;
    if (a == initial && b == initial) return count_[given] == 0 ? given : patronymic;
    if (a == b || b == initial) return a;
    if (a == initial) return b;
    if (a_.words().size() != b_.words().size()) return a_.words().size() > b_.words().size() ? a : b;
    return std::max(a, b);
  }

  // Of several in one component the weakest counts.
  void add(Component component, const WordAgreement& agreement) {
    WordAgreement& least = least_[component];
    if (count_[component]++ == 0) strongest_[component] = least = agreement;
    if (agreement.level < least.level) least = agreement;
  }

  // Given names that the table does not have look like surnames; where they are needed they are taken for
  // what they are.
  void lend_surnames() {
    if (count_[given] > 0 || (left_a_[given] > 0 && left_b_[given] > 0)) return;
    if (left_a_[given] == 0 && left_b_[given] == 0 && count_[surname] > 1) {
      --count_[surname];
      count_[given] = 1;
      least_[given] = std::exchange(least_[surname], strongest_[surname]);
      return;
    }
    if (left_a_[given] == 0) lend(left_a_);
    if (left_b_[given] == 0) lend(left_b_);
  }

  // Not the only surname.
  void lend(std::array<int, components>& left) const {
    const Component lender = left[initial] > 0 ? initial : surname;
    if (left[lender] == 0 || (lender == surname && count_[surname] == 0 && left[surname] < 2)) return;
    --left[lender];
    ++left[given];
  }

  WordAgreement settle(Component component) {
    int& a = left_a_[component];
    int& b = left_b_[component];
    if (count_[component] > 0) {
      WordAgreement agreement = least_[component];
      if (a + b > 0 && agreement.level > Agreement::truncated)
        agreement = {Agreement::truncated, share_of_double_surname};
      return agreement;
    }
    if (component == patronymic) {
      if (a == 0) a = left_a_[initial];
      if (b == 0) b = left_b_[initial];
    }
    return {a > 0 && b > 0 ? Agreement::differs : Agreement::missing};
  }

  float figure(Component component, const WordAgreement& agreement) const {
    // What both leave out makes no difference between them.
    if (agreement.level == Agreement::missing && left_a_[component] + left_b_[component] == 0) return 1;
    float figure = figures[component][static_cast<std::size_t>(agreement.level)];
    if (agreement.level == Agreement::truncated) figure += figure_of_share[component] * agreement.share;
    return figure;
  }

  Side& a_;
  Side& b_;
  int pairs_ = 0;
  std::array<int, components> count_{};
  std::array<WordAgreement, components> strongest_{}, least_{};
  std::array<int, components> left_a_{}, left_b_{};
};

NameAgreement compare_groups(std::string_view a, std::string_view b) {
  Side first(a);
  Side second(b);
  return second < first ? Comparison(second, first).result() : Comparison(first, second).result();
}

// Alphabetic, ideographic, phonetic.
std::array<std::string_view, 3> groups(std::string_view name) {
  std::array<std::string_view, 3> groups;
  for (std::string_view& group : groups) {
    const std::size_t end = name.find('=');
    group = name.substr(0, end);
    if (end == std::string_view::npos) break;
    name.remove_prefix(end + 1);
  }
  return groups;
}

}  // namespace

std::string_view name(Agreement agreement) {
  constexpr std::string_view names[] = {"missing", "differs",    "initial", "other_sex", "truncated",
                                        "typing",  "equivalent", "sound",   "exact"};
  return names[static_cast<std::size_t>(agreement)];
}

NameAgreement compare_names(std::string_view a, std::string_view b) {
  NameAgreement best;
  if (a.size() > most_compared || b.size() > most_compared) return best;
  bool is_first = true;
  for (const std::string_view one : groups(a)) {
    if (one.empty()) continue;
    for (const std::string_view other : groups(b)) {
      if (other.empty()) continue;
      const NameAgreement agreement = compare_groups(one, other);
      if (is_first || agreement.similarity > best.similarity) best = agreement;
      is_first = false;
    }
  }
  return best;
}

}  // namespace pgpacs::dicom
