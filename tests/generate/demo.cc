#include "tests/generate/demo.h"

#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>

#include "tests/generate/random.h"

namespace pgpacs::generate {

namespace {

/// A line of the set. What is not said is as the kind's console does it.
struct Line {
  std::string_view folder;
  std::size_t study;
  std::size_t patient;
  const Kind* kind;
  std::optional<Spelling> spelling = {};
  std::optional<Syntax> syntax = {};
  std::optional<std::size_t> instances = {};
  bool is_emergency = false;
  bool has_accession_number = true;
};

constexpr std::size_t studies = 11;

/// Studies are in the order of their dates.
const std::array lines{
    Line{"01-ct-chest", 1, 1, &kind_ct},
    Line{"02-sc-dose-report", 1, 1, &kind_sc},
    Line{"03-sr-report", 1, 1, &kind_sr},
    Line{"04-rdsr-ct", 1, 1, &kind_rdsr_ct},
    Line{"05-mr-brain", 2, 2, &kind_mr},
    Line{"06-us-heart", 3, 1, &kind_us},
    Line{.folder = "07-dx-hand", .study = 4, .patient = 3, .kind = &kind_dx, .syntax = Syntax::jpeg_ls},
    Line{"08-xa-coronary", 5, 2, &kind_xa},
    Line{"09-pdf-protocol", 5, 2, &kind_pdf},
    Line{"10-rdsr-xa", 5, 2, &kind_rdsr_xa},
    Line{"11-cr-chest", 6, 1, &kind_cr},
    Line{.folder = "12-ct-emergency",
         .study = 7,
         .patient = 4,
         .kind = &kind_ct,
         .spelling = Spelling::cyrillic,
         .syntax = Syntax::implicit_le,
         .instances = 4,
         .is_emergency = true},
    Line{
        .folder = "13-us-heart", .study = 8, .patient = 4, .kind = &kind_us, .spelling = Spelling::latin_cut},
    Line{.folder = "14-cr-chest",
         .study = 9,
         .patient = 3,
         .kind = &kind_cr,
         .spelling = Spelling::cyrillic,
         .has_accession_number = false},
    Line{.folder = "15-dx-hand",
         .study = 10,
         .patient = 5,
         .kind = &kind_dx,
         .spelling = Spelling::latin_plain,
         .syntax = Syntax::jpeg_lossless},
    Line{.folder = "16-mr-brain",
         .study = 11,
         .patient = 6,
         .kind = &kind_mr,
         .spelling = Spelling::unicode,
         .syntax = Syntax::jpeg_lossless,
         .instances = 12},
};

/// The first series of a study describes it; its date lies in the study's share of the two years.
Study study_of(std::uint64_t seed, const Line& line) {
  const std::string label = "demo/study " + std::to_string(line.study);
  Study study = make_study(seed, label, *line.kind, person(line.patient));
  Random random(seed, label + "/day");
  const double day = 724.0 / studies * (static_cast<double>(line.study) - 1 + random.uniform(0.15, 0.85));
  const auto minute = study.begin - std::chrono::floor<std::chrono::days>(study.begin);
  study.begin = std::chrono::floor<std::chrono::days>(working_hour(static_cast<int>(day), 0)) + minute;
  study.is_emergency = line.is_emergency;
  if (!line.has_accession_number) study.accession_number.clear();
  return study;
}

Series series_of(const Line& line, const Study& study, std::size_t number) {
  Series series = make_series(*line.kind, study, number);
  series.console.spelling = line.spelling.value_or(series.console.spelling);
  series.syntax = line.syntax.value_or(series.syntax);
  series.instances = line.instances.value_or(series.instances);
  // A second console of the same make, set up the other way.
  if (line.spelling) series.console.has_undefined_lengths = !series.console.has_undefined_lengths;
  return series;
}

/// The slices that show the nodule of the report.
std::vector<Reference> slices_of(const Series& series) {
  std::vector<Reference> references;
  for (const std::size_t index : {16, 17}) {
    references.push_back({std::string(series.kind->sop_class), series.instance_uid(index), series.uid()});
  }
  return references;
}

/// The film of an angiography, which tells no event: a dose report names it as its evidence.
std::vector<Reference> films_of(const Series& series) {
  return {{std::string(series.kind->sop_class), series.instance_uid(0), series.uid()}};
}

const Series& first_of(const std::vector<DemoSeries>& all, const Study& study) {
  for (const DemoSeries& one : all)
    if (one.series.study.label == study.label) return one.series;
  throw std::logic_error("the study has no series yet");
}

}  // namespace

std::vector<DemoSeries> demonstration(std::uint64_t seed) {
  std::vector<DemoSeries> all;
  std::size_t number = 0;
  for (const Line& line : lines) {
    const bool is_new = all.empty() || all.back().series.study.label != study_of(seed, line).label;
    const Study study = is_new ? study_of(seed, line) : all.back().series.study;
    number = is_new ? 1 : number + 1;
    Series series = series_of(line, study, number);
    if (line.kind == &kind_sr) series.evidence = slices_of(all.front().series);
    if (line.kind == &kind_rdsr_ct) series.irradiation_events = {all.front().series.uid_of("irradiation")};
    if (line.kind == &kind_rdsr_xa) series.evidence = films_of(first_of(all, study));
    all.push_back({std::string(line.folder), series});
  }
  return all;
}

void write_demonstration(std::uint64_t seed, const std::filesystem::path& folder) {
  for (const auto& [name, series] : demonstration(seed)) {
    write(series, folder / name);
    std::cout << name << ": " << series.instances << (series.instances == 1 ? " file\n" : " files\n");
  }
}

}  // namespace pgpacs::generate
