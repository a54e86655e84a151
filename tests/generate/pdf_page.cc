#include "tests/generate/pdf_page.h"

#include <cstdio>

namespace pgpacs::generate {

namespace {

/// A string object: parentheses and backslashes are escaped (ISO 32000-1 7.3.4.2).
std::string literal(const std::string& text) {
  std::string escaped = "(";
  for (const char letter : text) {
    if (letter == '(' || letter == ')' || letter == '\\') escaped += '\\';
    escaped += letter;
  }
  escaped += ')';
  return escaped;
}

std::string whole(double number) {
  return std::to_string(static_cast<int>(number));
}

std::string content(const std::string& heading, const std::vector<std::string>& lines,
                    const std::vector<double>& heights) {
  std::string drawn = "BT /F1 18 Tf 60 770 Td ";
  drawn.append(literal(heading)).append(" Tj ET\nBT /F1 11 Tf 60 735 Td 17 TL\n");
  for (const auto& line : lines) drawn.append(literal(line)).append(" Tj T*\n");
  drawn.append("ET\n0.7 w\n");
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const double x = 60 + 475.0 * static_cast<double>(i) / static_cast<double>(heights.size());
    drawn.append(whole(x)).append(" ").append(whole(220 + 120 * heights[i])).append(i == 0 ? " m\n" : " l\n");
  }
  return drawn.append("S\n");
}

std::string ten_digits(std::size_t offset) {
  char text[16];
  std::snprintf(text, sizeof text, "%010zu", offset);
  return text;
}

}  // namespace

std::string pdf_page(const std::string& heading, const std::vector<std::string>& lines,
                     const std::vector<double>& heights) {
  const std::string stream = content(heading, lines, heights);
  const std::vector<std::string> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
      "/Resources << /Font << /F1 4 0 R >> >> >>",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      std::string("<< /Length ")
          .append(std::to_string(stream.size()))
          .append(" >>\nstream\n")
          .append(stream)
          .append("endstream")};
  std::string file = "%PDF-1.4\n";
  std::string table =
      std::string("xref\n0 ").append(std::to_string(objects.size() + 1)).append("\n0000000000 65535 f \n");
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table.append(ten_digits(file.size())).append(" 00000 n \n");
    file.append(std::to_string(i + 1)).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
  }
  const std::string start = std::to_string(file.size());
  file.append(table).append("trailer\n<< /Size ").append(std::to_string(objects.size() + 1));
  return file.append(" /Root 1 0 R >>\nstartxref\n").append(start).append("\n%%EOF\n");
}

}  // namespace pgpacs::generate
