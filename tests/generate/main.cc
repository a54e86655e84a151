#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>
#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "tests/generate/demo.h"

namespace {

namespace generate = pgpacs::generate;

struct Arguments {
  std::string what;
  std::string folder;
  std::uint64_t seed = 1;
  std::size_t patient = 1;
  std::size_t instances = 0;  ///< 0: as many as the kind usually has
  std::string syntax;         ///< empty: the kind's usual one
  bool has_no_offset_table = false;
};

constexpr const char* examples = R"(
Examples:
  pgpacs-generate demo /tmp/demo              the whole demonstration set, a folder for each series
  pgpacs-generate ct /tmp/ct                  one chest CT of 40 slices
  pgpacs-generate ct /tmp/ct --instances 3 --seed 7 --patient 2
  pgpacs-generate us /tmp/us --transfer-syntax explicit

The same seed gives the same bytes; another seed gives other UIDs, dates and pictures. Patients are the same people
whatever the seed: 1 to 6 are those of the demonstration, any greater number is somebody else. All are invented.
)";

std::string kinds_explained() {
  std::string text = "demo (the demonstration set), or one series of a kind:";
  for (const auto* kind : generate::kinds()) {
    text.append("\n  ").append(kind->name).append(": ").append(kind->explanation);
  }
  return text;
}

void describe(CLI::App& app, Arguments& arguments) {
  app.footer(examples);
  app.add_option("WHAT", arguments.what, kinds_explained())->required();
  app.add_option("OUT", arguments.folder, "Folder to write into; it is made if there is none")->required();
  app.add_option("--instances", arguments.instances, "How many files (for us and xa: how many films)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--seed", arguments.seed, "A number that everything else is made of, 0 or greater")
      ->check(CLI::Validator(
          [](const std::string& text) { return text.starts_with('-') ? "is below zero" : ""; }, ""))
      ->capture_default_str();
  app.add_option("--patient", arguments.patient, "Number of the patient, from 1")
      ->check(CLI::Range(1, 100000000))
      ->capture_default_str();
  app.add_option("--transfer-syntax", arguments.syntax,
                 "How to encode; jpeg is baseline for pictures of 8 bits, lossless for deeper ones")
      ->check(CLI::IsMember(generate::syntax_names()));
  app.add_flag("--no-offset-table", arguments.has_no_offset_table,
               "Leave the basic offset table of compressed pixels empty");
}

void write_one(const Arguments& arguments) {
  const auto& kind = generate::kind_named(arguments.what);
  const std::string label = std::string(kind.name) + "/patient " + std::to_string(arguments.patient);
  const auto study = generate::make_study(arguments.seed, label, kind, generate::person(arguments.patient));
  auto series = generate::make_series(kind, study, 1);
  if (arguments.instances != 0) series.instances = arguments.instances;
  if (!arguments.syntax.empty()) series.syntax = generate::syntax_named(arguments.syntax);
  series.has_offset_table = !arguments.has_no_offset_table;
  if (generate::is_compressed(series.syntax) && !kind.is_image) {
    throw std::runtime_error("a " + arguments.what + " has no pixels to compress as " + arguments.syntax);
  }
  generate::write(series, arguments.folder);
}

void run(const Arguments& arguments) {
  if (arguments.what != "demo") return write_one(arguments);
  if (arguments.instances != 0 || !arguments.syntax.empty() || arguments.patient != 1) {
    throw std::runtime_error(
        "demo takes --seed only: its patients, numbers of files and encodings are its own");
  }
  generate::write_demonstration(arguments.seed, arguments.folder);
}

}  // namespace

int main(int argc, char** argv) {
  OFLog::configure(OFLogger::ERROR_LOG_LEVEL);
  Arguments arguments;
  CLI::App app("Writes believable DICOM objects of invented patients, for demonstrations and tests.",
               "pgpacs-generate");
  describe(app, arguments);
  try {
    app.parse(argc, argv);
    if (!dcmDataDict.isDictionaryLoaded()) throw std::runtime_error("DCMTK finds no data dictionary");
    run(arguments);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "pgpacs-generate: " << error.what() << "\n";
    return 1;
  }
}
