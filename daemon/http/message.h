// Requests and responses as the handlers see them: no sockets, no library.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fault.h"
#include "daemon/store/file_store.h"

namespace pgpacs::http {

struct Request {
  std::string method;
  std::string path;                          // decoded, without query
  std::map<std::string, std::string> query;  // decoded; of repeated names the last
  std::string accept;                        // of all Accept fields
  std::string peer;                          // address
};

// A body in pieces: text, or a whole file of the store.
struct Piece {
  std::string text;
  const store::FileStore* store = nullptr;
  std::string file_id;
  std::uint64_t file_size = 0;

  std::uint64_t size() const { return store == nullptr ? text.size() : file_size; }
};

struct Response {
  unsigned status = 200;
  std::map<std::string, std::string> fields;
  std::vector<Piece> body;

  std::uint64_t size() const;
};

Response make_text(unsigned status, std::string_view media_type, std::string text);

// RFC 9457. `detail` is for the one who asked and names no patient.
Response make_problem(dicom::FaultCode code, std::string_view detail);
Response make_problem(unsigned status, std::string_view title, std::string_view detail);

// Percent-decoding (RFC 3986 2.1) of a target into path and query. False where it is malformed.
bool parse_target(std::string_view target, Request& request);

std::string escape_html(std::string_view text);

}  // namespace pgpacs::http
