#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tests/generate/spelling.h"
#include "tests/generate/syntax.h"

class DcmItem;

namespace pgpacs::generate {

struct Series;

/// A kind of series that the generator can make: all that is the same for each series of it.
struct Kind {
  std::string_view name;         ///< on the command line and in file names
  std::string_view explanation;  ///< for --help
  std::string_view modality;
  std::string_view sop_class;
  Words study;
  Words series;
  std::string_view procedure_code;
  std::string_view body_part;  ///< defined term of Body Part Examined; empty where none fits
  std::size_t instances;       ///< unless asked for otherwise
  Syntax syntax;               ///< unless asked for otherwise
  bool is_image;

  /// Adds what the kind's IOD has beside the common modules, for instance `index` (from 0).
  void (*fill)(DcmItem& item, const Series& series, std::size_t index);
};

extern const Kind kind_ct, kind_mr, kind_emr, kind_us, kind_cr, kind_dx, kind_xa, kind_sc, kind_sr, kind_pdf,
    kind_rdsr_ct, kind_rdsr_xa;

std::span<const Kind* const> kinds();

/// Throws std::runtime_error with the names that there are.
const Kind& kind_named(std::string_view name);

}  // namespace pgpacs::generate
