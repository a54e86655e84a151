#pragma once

#include <string>
#include <vector>

namespace pgpacs::generate {

/// A PDF 1.4 document of one A4 page, without dates or ids: a heading, lines of ASCII text, and a drawn curve
/// of `heights` (0 to 1) below them.
std::string pdf_page(const std::string& heading, const std::vector<std::string>& lines,
                     const std::vector<double>& heights);

}  // namespace pgpacs::generate
