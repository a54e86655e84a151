// One word of a person name beside one of another spelling.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "extension/dicom/given_name.h"
#include "extension/dicom/name_similarity.h"
#include "extension/dicom/name_sound.h"

namespace pgpacs::dicom {

// What is known of a word by itself.
struct KnownWord {
  std::string_view sounds;  // of the NameWord
  GivenNameId given = 0;
  std::optional<Patronymic> patronymic{};
  bool is_initial = false;
  bool may_be_cut = false;
  bool is_only_surname = false;  // no other word of its name can be
  bool is_second_given = false;  // it or another of its name

  bool is_known() const { return given != 0 || patronymic; }
};

struct WordAgreement {
  Agreement level = Agreement::differs;
  float share = 1;  // of the longer word, where it is truncated
};

KnownWord look_up(const NameWord& word);

WordAgreement compare_words(const KnownWord& a, const KnownWord& b);

}  // namespace pgpacs::dicom
