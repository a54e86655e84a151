#include "daemon/http/message.h"

#include <optional>

#include "extension/dicom/json_text.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Nothing where an escape is broken, or the result holds NUL or is no UTF-8.
std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (out.find('\0') != std::string::npos || !dicom::is_utf8(out)) return std::nullopt;
  return out;
}

constexpr std::size_t most_parameters = 200;

}  // namespace

std::uint64_t Response::size() const {
  std::uint64_t sum = 0;
  for (const Piece& piece : body) sum += piece.size();
  return sum;
}

Response make_text(unsigned status, std::string_view media_type, std::string text) {
  Response response;
  response.status = status;
  response.fields["Content-Type"] = media_type;
  response.body.push_back({std::move(text), nullptr, {}, 0});
  return response;
}

Response make_problem(unsigned status, std::string_view title, std::string_view detail) {
  std::string json = "{\"title\":" + dicom::quoted(title) + ",\"status\":" + std::to_string(status) +
                     ",\"detail\":" + dicom::quoted(detail) + "}\n";
  Response response = make_text(status, "application/problem+json", std::move(json));
  response.fields["Cache-Control"] = "no-store";
  return response;
}

Response make_problem(dicom::FaultCode code, std::string_view detail) {
  const dicom::FaultInfo& info = dicom::info(code);
  const std::string what = detail.empty() ? std::string(info.meaning) : std::string(detail);
  return make_problem(info.http_status, info.meaning, what + " (" + info.sqlstate + ")");
}

bool parse_target(std::string_view target, Request& request) {
  if (!target.starts_with('/')) return false;
  const std::size_t mark = target.find('?');
  const auto path = decode(target.substr(0, mark), false);
  if (!path) return false;
  request.path = *path;
  if (mark == std::string_view::npos) return true;
  std::string_view rest = target.substr(mark + 1);
  for (std::size_t count = 0; !rest.empty(); ++count) {
    if (count == most_parameters) return false;
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    const auto name = decode(pair.substr(0, equals), true);
    const auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    request.query[*name] = *value;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return true;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace pgpacs::http
