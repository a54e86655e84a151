// bench-header DATA_SET [--repeat N]: CPU time to read the header of one bare data set (explicit VR little
// endian), by pgpacs and by DCMTK, in turn and in one process. One JSON object on standard output; times in
// microseconds, medians over N blocks.
#include <ctime>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcjson.h>
#include <dcmtk/dcmdata/dctk.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "extension/dicom/header_scanner.h"
#include "extension/dicom/json.h"
#include "extension/dicom/reader.h"
#include "extension/pg/jsonb_sink.h"

namespace {

namespace dicom = pgpacs::dicom;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Task {
  const char* name;
  std::function<std::size_t()> run;  // gives something that depends on all of the work
  std::vector<double> microseconds{};
};

constexpr double block_seconds = 0.05;

// As many calls as fill a block, so that the clock's own cost does not count.
void measure(Task& task) {
  std::size_t calls = 0, kept = 0;
  const double began = cpu_seconds();
  double took = 0;
  do {
    for (int i = 0; i < 64; ++i) kept += task.run();
    calls += 64;
    took = cpu_seconds() - began;
  } while (took < block_seconds);
  if (kept == 0) throw std::runtime_error(std::string(task.name) + " did nothing");
  task.microseconds.push_back(took / static_cast<double>(calls) * 1e6);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr dicom::TransferSyntax explicit_little{.is_explicit = true};

dicom::Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// Each element looked at, none decoded.
std::size_t scan(dicom::Source source) {
  dicom::Defects defects;
  dicom::Reader reader(source, explicit_little, dicom::Limits{}, defects, true);
  std::size_t elements = 0;
  for (dicom::Event event = reader.next(); event != dicom::Event::end; event = reader.next())
    elements += event == dicom::Event::element || event == dicom::Event::sequence;
  return elements;
}

// What pacsd does with a data set as it arrives; pixels are left out.
std::size_t keep(dicom::Bytes data_set) {
  dicom::HeaderScanner scanner(explicit_little, dicom::Limits{});
  scanner.feed(data_set);
  scanner.finish();
  return scanner.header().size();
}

std::size_t write_jsonb(dicom::Source source, pgpacs::pg::JsonbSink& sink) {
  sink.reset();
  dicom::Defects defects;
  dicom::Reader reader(source, explicit_little, dicom::Limits{}, defects, true);
  dicom::JsonWriter<pgpacs::pg::JsonbSink> writer(sink, dicom::JsonOptions{}, defects);
  writer.write(reader, [](const dicom::Element&) {});
  return sink.bytes().size();
}

void parse_by_dcmtk(const std::string& header, DcmDataset& data_set) {
  DcmInputBufferStream stream;
  stream.setBuffer(header.data(), static_cast<offile_off_t>(header.size()));
  stream.setEos();
  data_set.transferInit();
  const OFCondition result = data_set.read(stream, EXS_LittleEndianExplicit);
  data_set.transferEnd();
  if (result.bad() && result != EC_EndOfStream) throw std::runtime_error(result.text());
}

std::size_t json_by_dcmtk(const std::string& header) {
  DcmDataset data_set;
  parse_by_dcmtk(header, data_set);
  std::ostringstream out;
  DcmJsonFormatCompact format(OFFalse);
  if (data_set.writeJson(out, format).bad()) throw std::runtime_error("DCMTK wrote no JSON");
  return out.view().size();
}

}  // namespace

int main(int count, char** words) {
  CLI::App app{"Reads one header again and again"};
  std::string path;
  std::size_t repeat = 9;
  app.add_option("data-set", path, "bare data set in explicit VR little endian")->required();
  app.add_option("--repeat", repeat, "blocks of each");
  CLI11_PARSE(app, count, words);
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  try {
    const std::string data_set = read_file(path);
    dicom::HeaderScanner scanner(explicit_little, dicom::Limits{});
    scanner.feed(bytes_of(data_set));
    scanner.finish();
    const std::string header(dicom::as_text(scanner.header()));
    const dicom::Source source{bytes_of(header), scanner.gaps()};
    // DCMTK has no way to leave a value out: its header ends before Pixel Data.
    const std::size_t pixels_at = scanner.gaps().empty() ? header.size() : scanner.gaps().back().at - 12;
    const std::string before_pixels = header.substr(0, pixels_at);
    pgpacs::pg::JsonbSink sink;
    std::vector<Task> tasks{
        {"scan", [&] { return scan(source); }},
        {"keep", [&] { return keep(bytes_of(header).first(pixels_at)); }},
        {"jsonb", [&] { return write_jsonb(source, sink); }},
        {"dcmtk_parse",
         [&] {
           DcmDataset parsed;
           parse_by_dcmtk(before_pixels, parsed);
           return static_cast<std::size_t>(parsed.card());
         }},
        {"dcmtk_json", [&] { return json_by_dcmtk(before_pixels); }},
    };
    for (Task& task : tasks) task.run();  // dictionaries and buffers
    for (std::size_t i = 0; i < repeat; ++i)
      for (Task& task : tasks) measure(task);
    std::printf("{\"elements\": %zu, \"header_bytes\": %zu, \"jsonb_bytes\": %zu", scan(source),
                header.size(), write_jsonb(source, sink));
    for (const Task& task : tasks) std::printf(", \"%s\": %.3f", task.name, median(task.microseconds));
    std::puts("}");
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench-header: %s\n", fault.what());
    return 1;
  }
  return 0;
}
