#include "tests/generate/spelling.h"

#include <array>
#include <utility>

namespace pgpacs::generate {

namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

/// What ISO 8859-5 cannot hold is typed by the nearest key.
std::string without_modern_letters(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> nearest{
      {{"Ґ", "Г"}, {"ґ", "г"}, {"’", "'"}}};
  for (const auto& [what, by] : nearest) replace_all(text, what, by);
  return text;
}

std::string joined(std::string_view separator, std::string_view family, std::string_view given,
                   std::string_view patronymic) {
  std::string text(family);
  for (const auto part : {given, patronymic}) {
    if (!part.empty()) text.append(separator).append(part);
  }
  return text;
}

}  // namespace

std::string character_set(Spelling spelling) {
  switch (spelling) {
    case Spelling::unicode: return "ISO_IR 192";
    case Spelling::cyrillic: return "ISO_IR 144";
    case Spelling::latin: return "ISO_IR 100";
    default: return {};
  }
}

bool is_latin(Spelling spelling) {
  return spelling != Spelling::unicode && spelling != Spelling::cyrillic;
}

std::string spell(const Words& words, Spelling spelling) {
  if (is_latin(spelling)) return std::string(words.latin);
  std::string text(words.ukrainian);
  return spelling == Spelling::cyrillic ? without_modern_letters(std::move(text)) : text;
}

std::string spell(const Name& name, Spelling spelling) {
  const auto family = spell(name.family, spelling);
  const auto given = spell(name.given, spelling);
  switch (spelling) {
    case Spelling::latin_in_family: return joined(" ", family, given, name.patronymic.latin);
    case Spelling::latin_cut: return joined("^", family, given, {}).substr(0, 16);
    case Spelling::latin:
    case Spelling::latin_plain: return joined("^", family, given, {});
    default: return joined("^", family, given, spell(name.patronymic, spelling));
  }
}

}  // namespace pgpacs::generate
