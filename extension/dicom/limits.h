// Bounds on what a data set may make us do. The extension's; pacsd may be set to less (docs/settings.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace pgpacs::dicom {

struct Limits {
  std::uint32_t depth = 64;                // sequences inside sequences; real reports reach about 20
  std::uint32_t elements = 2'000'000;      // elements and items of one data set, all depths
  std::uint32_t root_elements = 10'000;    // outside sequences; real objects have about 300
  std::size_t header_bytes = 32 << 20;     // header kept of one object, large values aside
  std::size_t json_bytes = 32 << 20;       // that header as jsonb: 5,000 frames with 90 attributes each
  std::size_t large_value = 16 << 10;      // a value longer than this stays in the file, unread
  std::size_t unknown_sequence = 4 << 20;  // a sequence that only a dictionary calls so is opened up to this
  std::uint32_t inflate_ratio = 200;       // deflated syntaxes: output bytes for one input byte
  std::uint32_t frames = 500'000;  // of one object, and fragments: where there are more, none is placed
  std::uint32_t defects = 64;      // defects noted for one object; the rest is counted
};

}  // namespace pgpacs::dicom
