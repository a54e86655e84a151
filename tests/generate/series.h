#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/generate/console.h"
#include "tests/generate/kind.h"
#include "tests/generate/moment.h"
#include "tests/generate/person.h"
#include "tests/generate/syntax.h"

namespace pgpacs::generate {

struct Study {
  std::uint64_t seed;
  std::string label;  ///< what its UIDs are made of, with the seed
  Person person;
  Words description;
  std::string procedure_code;
  std::string id;
  std::string accession_number;  ///< empty where the console was given no order
  Moment begin;
  bool is_emergency = false;  ///< no Patient ID, no birth date

  std::string uid() const;
};

/// An instance that another one speaks of.
struct Reference {
  std::string sop_class;
  std::string instance_uid;
  std::string series_uid;
};

/// A series that is to be written.
struct Series {
  const Kind* kind;
  Study study;
  Console console;
  std::size_t number;
  std::size_t instances;
  Syntax syntax;
  bool has_offset_table = true;                   ///< where its pixels are compressed
  std::vector<Reference> evidence{};              ///< of the same study, for a report
  std::vector<std::string> irradiation_events{};  ///< UIDs of those that images came from, for a dose report

  std::string label() const;
  std::string uid() const;
  std::string frame_of_reference_uid() const;
  std::string instance_uid(std::size_t index) const;
  /// A UID of something else that belongs to the series.
  std::string uid_of(const std::string& what) const;
  Moment begin() const;

  std::string spelled(const Words& words) const { return spell(words, console.spelling); }
  std::string spelled(const Name& name) const { return spell(name, console.spelling); }
};

/// A study with one kind's description; when, and under which numbers, comes from seed and label.
Study make_study(std::uint64_t seed, const std::string& label, const Kind& kind, const Person& person);

/// The series as its kind's console makes it unless the caller changes what is returned.
Series make_series(const Kind& kind, const Study& study, std::size_t number);

/// Writes all instances into `folder`, which is made. Throws std::runtime_error.
void write(const Series& series, const std::filesystem::path& folder);

}  // namespace pgpacs::generate
