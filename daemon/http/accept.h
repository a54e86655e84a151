// The Accept field of HTTP (RFC 9110 12.5.1), as far as retrieval needs it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::http {

struct MediaRange {
  std::string type;             // lower case: "multipart/related", "*/*"
  std::string inner_type;       // parameter type of multipart/related
  std::string transfer_syntax;  // parameter transfer-syntax
  double quality = 1;
};

// The ranges, best first; equal ones as they stand. An absent field accepts anything.
std::vector<MediaRange> parse_accept(std::string_view field);

}  // namespace pgpacs::http
