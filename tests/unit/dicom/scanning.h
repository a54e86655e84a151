// What the header scanner makes of bytes that come in pieces, and objects to feed it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "extension/dicom/header_scanner.h"
#include "extension/dicom/part10.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {

struct Scan {
  std::string header, fault;
  std::vector<Gap> gaps;
  TransferSyntax syntax;
};

// Feeds the bytes in pieces that `next_size` chooses.
template <typename NextSize>
Scan scan_in(NextSize&& next_size, std::string_view bytes, TransferSyntax syntax, const Limits& limits = {}) {
  HeaderScanner scanner(syntax, limits);
  Scan result;
  result.fault = fault_in([&] {
    while (!bytes.empty()) {
      const std::size_t size = std::min<std::size_t>(next_size(), bytes.size());
      scanner.feed(as_bytes(bytes.substr(0, size)));
      bytes.remove_prefix(size);
    }
    scanner.finish();
  });
  result.header = as_text(scanner.header());
  result.gaps = scanner.gaps();
  result.syntax = scanner.syntax();
  return result;
}

inline Scan scan(std::string_view bytes, TransferSyntax syntax = {}, const Limits& limits = {}) {
  return scan_in([] { return 4096; }, bytes, syntax, limits);
}

inline std::string to_json(const Scan& scan) {
  Defects defects;
  return scan.fault.empty() ? to_json({as_bytes(scan.header), scan.gaps}, scan.syntax, defects) : scan.fault;
}

// The same from the whole data set at once.
inline std::string whole_json(std::string_view bytes, TransferSyntax syntax) {
  Defects defects;
  return to_json(bytes, check_syntax(as_bytes(bytes), syntax, defects));
}

// The data set again: what is kept, and in each gap the bytes of the original.
inline std::string fill(const Scan& scan, std::string_view original) {
  std::string all;
  std::size_t at = 0;
  for (const Gap& gap : scan.gaps) {
    all += scan.header.substr(at, gap.at - at);
    at = gap.at;
    all += original.substr(all.size(), gap.length);
  }
  return all + scan.header.substr(at);
}

// Values of every kind that are left out: large ones at the top and in items, contents however small.
inline test::DataSet large_sample() {
  const std::string large(20000, 'x');
  return {test::text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.104.1"),
          test::text(0x00080018, "UI", "1.2.3"),
          test::value(0x00091001, "OB", large),
          test::sequence(0x0040A730,
                         {{test::text(0x0040A160, "UT", large), test::text(0x0040A123, "PN", "Doe^John")},
                          {test::sequence(0x0040A730, {{test::text(0x0040A160, "UT", large)}, {}})}}),
          test::value(0x00420011, "OB", "%PDF"),
          test::sequence(0x54000100,
                         {{test::text(0x003A0020, "SH", "x"), test::value(0x54001010, "OW", "wave")}}),
          test::value(0x7FE00010, "OB", large + large)};
}

inline std::vector<test::DataSet> samples() {
  return {test::sample(), test::compressed_sample(), large_sample()};
}

}  // namespace pgpacs::dicom
