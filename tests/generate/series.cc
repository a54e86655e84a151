#include "tests/generate/series.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdio>

#include "tests/generate/element.h"
#include "tests/generate/module.h"
#include "tests/generate/random.h"
#include "tests/generate/uid.h"

namespace pgpacs::generate {

namespace {

std::string file_name(const Kind& kind, std::size_t index) {
  char number[24];
  std::snprintf(number, sizeof number, "-%04zu.dcm", index + 1);
  return std::string(kind.name) + number;
}

/// The console's own character set, from the UTF-8 in which all modules are written.
void encode_text(DcmDataset& dataset, const std::string& character_set) {
  put(dataset, DCM_SpecificCharacterSet, "ISO_IR 192");
  if (character_set == "ISO_IR 192") return;
  check(dataset.convertCharacterSet(character_set.c_str()), "cannot write in " + character_set);
}

void write_instance(const Series& series, std::size_t index, const std::filesystem::path& folder) {
  DcmFileFormat file;
  DcmDataset& dataset = *file.getDataset();
  put_common_modules(dataset, series, index);
  series.kind->fill(dataset, series, index);
  encode_text(dataset, character_set(series.console.spelling));
  save(file, folder / file_name(*series.kind, index),
       {series.syntax, series.console.has_undefined_lengths, series.has_offset_table});
}

}  // namespace

std::string Study::uid() const {
  return generate::uid(seed, label);
}

std::string Series::label() const {
  return study.label + "/series " + std::to_string(number);
}

std::string Series::uid_of(const std::string& what) const {
  return generate::uid(study.seed, label() + "/" + what);
}

std::string Series::uid() const {
  return uid_of("itself");
}

std::string Series::frame_of_reference_uid() const {
  return uid_of("frame of reference");
}

std::string Series::instance_uid(std::size_t index) const {
  return uid_of("instance " + std::to_string(index + 1));
}

Moment Series::begin() const {
  return study.begin + std::chrono::minutes{7 * number - 4};
}

Study make_study(std::uint64_t seed, const std::string& label, const Kind& kind, const Person& person) {
  Random random(seed, label + "/study");
  const int day = random.below(728);
  const int minute = random.below(9 * 60);
  const int number = 100000 + random.below(900000);
  const std::string accession = std::to_string(1'000'000'000 + random.next() % 9'000'000'000);
  return {.seed = seed,
          .label = label,
          .person = person,
          .description = kind.study,
          .procedure_code = std::string(kind.procedure_code),
          .id = std::to_string(number),
          .accession_number = "A" + accession,
          .begin = working_hour(day, minute) + std::chrono::seconds{random.below(60)}};
}

Series make_series(const Kind& kind, const Study& study, std::size_t number) {
  return {.kind = &kind,
          .study = study,
          .console = console_of(kind.name),
          .number = number,
          .instances = kind.instances,
          .syntax = kind.syntax};
}

void write(const Series& series, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (std::size_t index = 0; index < series.instances; ++index) write_instance(series, index, folder);
}

}  // namespace pgpacs::generate
