// Writes tables.inc (stdout) from dictionary.csv and uids.csv, or private_tables.inc from private.csv; run by
// the build.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Row = std::vector<std::string>;

Row split(const std::string& line) {
  Row row{""};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      row.emplace_back();
    else
      row.back() += c;
  }
  return row;
}

std::vector<Row> read(const char* path, std::size_t columns) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    rows.push_back(split(line));
    if (rows.back().size() != columns) throw std::runtime_error(std::string(path) + ": " + line);
  }
  return rows;
}

// All texts in one blob, equal ones once; a text is an offset and a length.
class Blob {
 public:
  std::string put(const std::string& text) {
    auto [at, is_new] = offsets_.try_emplace(text, bytes_.size());
    if (is_new) bytes_ += text;
    return std::to_string(at->second) + "," + std::to_string(text.size());
  }
  void write(std::ostream& out, const char* name) const {
    out << "constexpr char " << name << "[] =";
    for (std::size_t i = 0; i < bytes_.size(); i += 90) {
      out << "\n\"";
      for (const char c : bytes_.substr(i, 90)) {
        if (c == '"' || c == '\\')
          out << '\\' << c;
        else if (static_cast<unsigned char>(c) >= 0x80)
          out << "\\" << std::oct << (c & 0xFF) << std::dec;
        else
          out << c;
      }
      out << '"';
    }
    out << ";\n";
  }

 private:
  std::string bytes_;
  std::map<std::string, std::size_t> offsets_;
};

struct Choice {
  const char* name;
  const char* vr;
};

Choice choice(const std::string& vr) {
  if (vr == "US|SS") return {"us_or_ss", "US"};
  if (vr == "US|SS|OW") return {"us_or_ss_or_ow", "US"};
  if (vr == "US|OW") return {"us_or_ow", "US"};
  if (vr == "OB|OW") return {"ob_or_ow", "OB"};
  if (vr.size() != 2) throw std::runtime_error("unknown VR " + vr);
  return {"fixed", vr.c_str()};
}

std::string with_digit(const std::string& tag, char digit) {
  std::string copy = tag;
  std::replace(copy.begin(), copy.end(), 'x', digit);
  return copy;
}

std::uint32_t mask(const std::string& tag) {
  std::string bits;
  for (const char c : tag) bits += c == 'x' ? '0' : 'F';
  return static_cast<std::uint32_t>(std::stoul(bits, nullptr, 16));
}

void write_dictionary(const std::vector<Row>& rows, Blob& blob) {
  std::cout << "constexpr PackedAttribute attributes[] = {\n";
  for (const Row& row : rows) {
    const Choice vr = choice(row[1]);
    std::cout << "{0x" << with_digit(row[0], '0') << "u,0x" << std::hex << mask(row[0]) << std::dec
              << "u,VR::" << std::string(vr.vr, 2) << ",VRChoice::" << vr.name << ','
              << (row[3] == "Y" ? "true" : "false") << ',' << blob.put(row[4]) << ',' << blob.put(row[5])
              << ',' << blob.put(row[2]) << "},\n";
  }
  std::cout << "};\n";
}

void write_keyword_order(const std::vector<Row>& rows) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!rows[i][4].empty()) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return rows[a][4] < rows[b][4]; });
  std::cout << "constexpr std::uint16_t by_keyword[] = {";
  for (const std::size_t i : order) std::cout << i << ',';
  std::cout << "};\n";
}

void write_uids(std::vector<Row> rows, Blob& blob) {
  static const std::map<std::string, const char*> types = {
      {"SOPClass", "sop_class"},
      {"TransferSyntax", "transfer_syntax"},
      {"MetaSOPClass", "meta_sop_class"},
      {"ServiceClass", "service_class"},
      {"WellKnownFrameOfReference", "frame_of_reference"},
      {"WellKnownSOPInstance", "sop_instance"},
      {"CodingScheme", "coding_scheme"},
      {"ApplicationContext", "application_context"},
      {"Other", "other"}};
  std::sort(rows.begin(), rows.end());
  std::cout << "constexpr PackedUID uids[] = {\n";
  for (const Row& row : rows)
    std::cout << '{' << blob.put(row[0]) << ',' << blob.put(row[3]) << ",UIDType::" << types.at(row[1]) << ','
              << (row[2] == "Y" ? "true" : "false") << "},\n";
  std::cout << "};\n";
}

void write_creators(const std::vector<Row>& rows, Blob& blob) {
  std::cout << "constexpr PackedCreator creators[] = {\n";
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i;
    while (end < rows.size() && rows[end][0] == rows[i][0]) ++end;
    std::cout << '{' << blob.put(rows[i][0]) << ',' << i << ',' << end << "},\n";
    i = end;
  }
  std::cout << "};\n";
}

void write_private(const std::vector<Row>& rows, Blob& blob) {
  std::cout << "constexpr PackedPrivate attributes[] = {\n";
  std::size_t creator = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (i > 0 && row[0] != rows[i - 1][0]) ++creator;
    const Choice vr = choice(row[2]);
    std::cout << "{0x" << with_digit(row[1], '0') << "u,0x" << std::hex << mask(row[1]) << std::dec
              << "u,VR::" << std::string(vr.vr, 2) << ",VRChoice::" << vr.name << ',' << creator << ','
              << blob.put(row[4]) << ',' << blob.put(row[3]) << "},\n";
  }
  std::cout << "};\n";
}

void generate_standard(const char* dictionary, const char* uids) {
  auto attributes = read(dictionary, 6);
  std::sort(attributes.begin(), attributes.end(),
            [](const Row& a, const Row& b) { return with_digit(a[0], '0') < with_digit(b[0], '0'); });
  Blob blob;
  write_dictionary(attributes, blob);
  write_keyword_order(attributes);
  write_uids(read(uids, 4), blob);
  blob.write(std::cout, "texts");
}

void generate_private(const char* dictionary) {
  auto rows = read(dictionary, 5);
  std::sort(rows.begin(), rows.end());
  Blob blob;
  write_creators(rows, blob);
  write_private(rows, blob);
  blob.write(std::cout, "texts");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 3)
    generate_standard(argv[1], argv[2]);
  else if (argc == 2)
    generate_private(argv[1]);
  else
    throw std::runtime_error("usage: generate_tables DICTIONARY.csv UIDS.csv | PRIVATE.csv");
} catch (const std::exception& error) {
  std::cerr << "generate_tables: " << error.what() << '\n';
  return 1;
}
