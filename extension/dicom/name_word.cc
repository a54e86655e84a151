#include "extension/dicom/name_word.h"

#include <algorithm>
#include <string>
#include <utility>

#include "extension/dicom/sound_distance.h"

namespace pgpacs::dicom {
namespace {

std::string_view without_glide(std::string_view sounds) {
  return sounds.size() > 1 && sounds[0] == 'i' && is_vowel(sounds[1]) ? sounds.substr(1) : sounds;
}

bool is_initial_of(std::string_view initial, std::string_view word) {
  return begins(initial, word) || begins(without_glide(initial), without_glide(word));
}

// О. is Олександр and A. is he too, Н. is Миколайович.
bool is_initial_of(const KnownWord& initial, const KnownWord& word) {
  if (is_initial_of(initial.sounds, word.sounds)) return true;
  const auto forms = spellings(word.patronymic ? word.patronymic->father : word.given);
  return std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return is_initial_of(initial.sounds, form); });
}

WordAgreement compare_initials(const KnownWord& a, const KnownWord& b) {
  if (a.is_initial && b.is_initial && a.sounds == b.sounds) return {Agreement::exact};
  if ((a.is_initial && is_initial_of(a, b)) || (b.is_initial && is_initial_of(b, a)))
    return {Agreement::initial};
  return {};
}

Agreement by_distance(std::string_view a, std::string_view b, bool is_known) {
  const std::size_t shorter = std::min(a.size(), b.size());
  if (std::max(a.size(), b.size()) - shorter > 3 || shorter < 3) return Agreement::differs;
  const int of_ear = shorter < 6 ? 1 : 2;
  const int of_typing = shorter >= 9                                 ? 6
                        : shorter >= 6                               ? 4
                        : shorter == 5 || (is_known && shorter == 4) ? 3
                                                                     : 0;
  const int distance = sound_distance(a, b, std::max(of_ear, of_typing));
  if (distance <= of_ear) return Agreement::sound;
  return distance <= of_typing ? Agreement::typing : Agreement::differs;
}

WordAgreement truncated(std::size_t shorter, std::size_t longer) {
  return {Agreement::truncated, static_cast<float>(shorter) / static_cast<float>(longer)};
}

bool is_beginning(std::string_view a, std::string_view b) {
  return a.size() > 1 && a.size() < b.size() && begins(a, b);
}

WordAgreement compare_patronymics(const Patronymic& a, const Patronymic& b) {
  if (a.is_woman != b.is_woman) return {};
  if (a.stem == b.stem) return {Agreement::sound};
  if (a.father == 0 || b.father == 0) return {by_distance(a.stem, b.stem, true)};
  if (a.father != b.father) return {};
  return {by_distance(a.stem, b.stem, true) == Agreement::sound ? Agreement::sound : Agreement::equivalent};
}

WordAgreement compare_given(const KnownWord& a, const KnownWord& b) {
  if (a.given != b.given) return {};
  const bool is_by_ear = by_distance(a.sounds, b.sounds, true) == Agreement::sound;
  return {is_by_ear ? Agreement::sound : Agreement::equivalent};
}

bool has_surname_ending(std::string_view sounds) {
  constexpr std::string_view endings[] = {"ov", "ev", "ova", "eva", "enko", "uk", "ski", "ska", "skaia"};
  return std::any_of(std::begin(endings), std::end(endings), [&](std::string_view ending) {
    return sounds.size() > ending.size() + 1 && sounds.ends_with(ending);
  });
}

// A word beside a given name or patronymic that it may be with an error, or cut.
WordAgreement compare_with_known(const KnownWord& word, const KnownWord& known) {
  // Григоров is Григорович only beside another surname.
  if (has_surname_ending(word.sounds) && (word.is_only_surname || !known.patronymic)) return {};
  WordAgreement best;
  const auto try_form = [&](std::string_view form) {
    if (is_beginning(word.sounds, form)) {
      const WordAgreement cut = truncated(word.sounds.size(), form.size());
      if (cut.level > best.level || (cut.level == best.level && cut.share > best.share)) best = cut;
      return;
    }
    const Agreement level = by_distance(word.sounds, form, true);
    if (level > best.level) best = {level};
  };
  try_form(known.sounds);
  if (best.level < Agreement::typing && known.given != 0)
    for (const std::string& form : spellings(known.given)) try_form(form);
  return best;
}

// A surname that has two forms, without what tells them apart.
struct SexForm {
  std::string_view stem;
  char sex = '\0';
};

SexForm sex_form(std::string_view sounds) {
  const auto without = [&](std::size_t count, char sex) {
    return SexForm{sounds.substr(0, sounds.size() - count), sex};
  };
  if (sounds.size() < 4) return {sounds};
  if (sounds.ends_with("aia")) return without(3, 'f');
  if (sounds.back() == 'a') return without(1, 'f');
  if (sounds.ends_with("oi")) return without(2, 'm');
  if (sounds.back() == 'i') return without(1, 'm');
  for (const std::string_view ending : {"ov", "ev", "iv", "in"})
    if (sounds.ends_with(ending)) return without(0, 'm');
  return {sounds};
}

// Петровская is Петрівська.
std::string ukrainian_form(std::string_view sounds) {
  std::string form(sounds);
  if (form.ends_with("skaia")) form.resize(form.size() - 2);
  for (const std::string_view ending : {"ovska", "evska", "ovski", "evski"})
    if (form.ends_with(ending)) form[form.size() - ending.size()] = 'i';
  return form;
}

bool is_other_sex(std::string_view a, std::string_view b) {
  const SexForm first = sex_form(a);
  const SexForm second = sex_form(b);
  return first.sex != second.sex && first.sex != '\0' && second.sex != '\0' && first.stem.size() > 2 &&
         first.stem == second.stem;
}

// The beginning of another name, and as likely no more than it says.
constexpr WordAgreement a_whole_name_too{Agreement::truncated, 0};

// Іванович cut to Іван, beside a given name.
bool is_cut_patronymic(const KnownWord& word, const KnownWord& patronymic) {
  return word.is_second_given && patronymic.patronymic && patronymic.patronymic->father == word.given;
}

WordAgreement compare_whole(const KnownWord& a, const KnownWord& b) {
  if (a.patronymic && b.patronymic) return compare_patronymics(*a.patronymic, *b.patronymic);
  if (a.given != 0 && b.given != 0) return compare_given(a, b);
  if (a.is_known() && b.is_known())
    return is_cut_patronymic(a, b) || is_cut_patronymic(b, a) ? a_whole_name_too : WordAgreement{};
  if (a.is_known()) return compare_with_known(b, a);
  if (b.is_known()) return compare_with_known(a, b);
  if (is_other_sex(a.sounds, b.sounds)) return {Agreement::other_sex};
  return {by_distance(ukrainian_form(a.sounds), ukrainian_form(b.sounds), false)};
}

WordAgreement compare_cut(const KnownWord& a, const KnownWord& b) {
  const bool is_a_cut = a.may_be_cut && is_beginning(a.sounds, b.sounds);
  const bool is_b_cut = b.may_be_cut && is_beginning(b.sounds, a.sounds);
  if (!is_a_cut && !is_b_cut) return {};
  if (a.is_known() && b.is_known()) return a_whole_name_too;
  return is_a_cut ? truncated(a.sounds.size(), b.sounds.size()) : truncated(b.sounds.size(), a.sounds.size());
}

}  // namespace

KnownWord look_up(const NameWord& word) {
  KnownWord known{.sounds = word.sounds(), .is_initial = word.is_initial, .may_be_cut = word.may_be_cut};
  if (word.is_initial) return known;
  known.given = find_given_name(known.sounds);
  if (known.given == 0) known.patronymic = find_patronymic(known.sounds);
  return known;
}

WordAgreement compare_words(const KnownWord& a, const KnownWord& b) {
  if (a.is_initial || b.is_initial) return compare_initials(a, b);
  if (a.sounds == b.sounds) return {Agreement::exact};
  const WordAgreement agreement = compare_whole(a, b);
  if (agreement.level >= Agreement::truncated) return agreement;
  const WordAgreement cut = compare_cut(a, b);
  return cut.level > agreement.level ? cut : agreement;
}

}  // namespace pgpacs::dicom
