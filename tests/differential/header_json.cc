// Prints the DICOM JSON model of each file named, a line each, or "FAULT name: message".
// For comparison with other makers' readers; binary values of any length inline unless too large to matter.
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "extension/dicom/fault.h"
#include "extension/dicom/inflater.h"
#include "extension/dicom/json.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/part10.h"

namespace {

using namespace pgpacs::dicom;

std::vector<std::byte> inflate_all(Bytes deflated) {
  std::vector<std::byte> all;
  Inflater inflater(Limits{});
  inflater.feed(deflated, [&](Bytes piece) { all.insert(all.end(), piece.begin(), piece.end()); });
  return all;
}

std::string to_json(Bytes file) {
  Defects defects;
  const FileLayout layout = find_data_set(file, {}, defects);
  Bytes data_set = file.subspan(layout.data_set_at);
  std::vector<std::byte> inflated;
  if (layout.syntax.is_deflated) data_set = inflated = inflate_all(data_set);
  Reader reader({data_set}, layout.syntax, Limits{}, defects);
  JsonText text;
  JsonWriter writer(text, JsonOptions{}, defects);
  writer.write(reader, [](const Element&) {});
  return text.take();
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    try {
      std::cout << to_json(as_bytes(bytes)) << '\n';
    } catch (const Fault& fault) {
      std::cout << "FAULT " << info(fault.code).name << ": " << message(fault) << '\n';
    }
  }
}
