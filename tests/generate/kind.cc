#include "tests/generate/kind.h"

#include <array>
#include <stdexcept>

namespace pgpacs::generate {

std::span<const Kind* const> kinds() {
  static const std::array<const Kind*, 12> all{&kind_ct, &kind_mr,  &kind_emr,     &kind_us,
                                               &kind_cr, &kind_dx,  &kind_xa,      &kind_sc,
                                               &kind_sr, &kind_pdf, &kind_rdsr_ct, &kind_rdsr_xa};
  return all;
}

const Kind& kind_named(std::string_view name) {
  std::string known;
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return *kind;
    known.append(" ").append(kind->name);
  }
  throw std::runtime_error("no kind of series is called " + std::string(name) + "; there are" + known);
}

}  // namespace pgpacs::generate
