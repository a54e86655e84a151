// rewrite_file IN OUT [EDITS [explicit]]: what dicom.rewrite does, for comparison by other makers' readers.
// rewrite_file IN: says whether a data set is the same after it was written, and whether in explicit VR
// little endian it says and contains the same.
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "extension/dicom/content.h"
#include "extension/dicom/edits_json.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/inflater.h"
#include "extension/dicom/json.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/rewriter.h"

namespace {

using namespace pgpacs::dicom;

constexpr std::size_t longest = std::size_t{1} << 30;

struct DataSet {
  std::vector<std::byte> bytes;
  TransferSyntax syntax;
};

DataSet data_set_of(Bytes file) {
  Defects defects;
  const FileLayout layout = find_data_set(file, {}, defects);
  const Bytes bytes = file.subspan(layout.data_set_at);
  DataSet data_set{{}, layout.syntax};
  data_set.syntax.is_deflated = false;
  const auto keep = [&](Bytes piece) {
    data_set.bytes.insert(data_set.bytes.end(), piece.begin(), piece.end());
  };
  if (layout.syntax.is_deflated)
    Inflater(Limits{}).feed(bytes, keep);
  else
    keep(bytes);
  return data_set;
}

std::string json_of(const DataSet& data_set) {
  Defects defects;
  Reader reader({data_set.bytes}, data_set.syntax, Limits{}, defects);
  JsonText text;
  JsonWriter writer(text, JsonOptions{}, defects);
  writer.write(reader, [](const Element&) {});
  return text.take();
}

std::string content_of(const DataSet& data_set) {
  std::string content;
  Defects defects;
  Reader reader({data_set.bytes}, data_set.syntax, Limits{}, defects);
  write_content(
      reader, [](std::uint64_t, std::uint64_t, const ContentSink&) {},
      [&](Bytes piece) { content += as_text(piece); });
  return content;
}

DataSet write(const DataSet& data_set, WriteAs write_as) {
  Defects defects;
  const Edits none;
  Writer writer({data_set.bytes}, data_set.syntax, none, write_as, longest, Limits{}, defects);
  while (writer.write_some()) {
  }
  WrittenDataSet written = writer.take();
  return {std::move(written.bytes), written.syntax};
}

std::string check(Bytes file) {
  const DataSet before = data_set_of(file);
  if (write(before, WriteAs::it_came).bytes != before.bytes) return "other bytes without an edit";
  const DataSet after = write(before, WriteAs::explicit_little_endian);
  std::string differences;
  if (json_of(after) != json_of(before)) differences += " JSON";
  if (content_of(after) != content_of(before)) differences += " content";
  return differences.empty() ? "same" : "other in explicit VR:" + differences;
}

void rewrite(Bytes file, int argc, char** argv) {
  Edits::Number in_hand = 0;
  const Edits edits = parse_edits(argc > 3 ? argv[3] : "[]", in_hand);
  Rewriter rewriter(file, {}, edits, argc > 4 ? WriteAs::explicit_little_endian : WriteAs::it_came, longest,
                    Limits{});
  while (rewriter.work()) {
  }
  std::ofstream out(argv[2], std::ios::binary);
  out << as_text(rewriter.head()) << as_text(rewriter.data_set());
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream in(argv[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  try {
    if (argc > 2)
      rewrite(as_bytes(bytes), argc, argv);
    else
      std::cout << check(as_bytes(bytes)) << '\n';
  } catch (const Fault& fault) {
    std::cout << "FAULT " << info(fault.code).name << ": " << message(fault) << '\n';
    return 1;
  }
}
