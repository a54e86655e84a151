#include "daemon/http/wado.h"

#include <sys/random.h>

#include <cstring>
#include <optional>

#include "daemon/http/accept.h"
#include "extension/dicom/uid.h"

namespace pgpacs::http {
namespace {

using dicom::FaultCode;

std::string parameter(const Request& request, const std::string& name) {
  const auto at = request.query.find(name);
  return at == request.query.end() ? std::string{} : at->second;
}

// Takes "name/{uid}" off the front of a path; nothing where that does not stand there.
std::optional<std::string> take_uid(std::string_view& path, std::string_view name) {
  if (!path.starts_with(name)) return std::nullopt;
  std::string_view rest = path.substr(name.size());
  const std::size_t end = rest.find('/');
  const std::string_view uid = rest.substr(0, end);
  if (!dicom::is_valid_uid(uid)) throw Failure{FaultCode::not_found, "the path names no UID"};
  path = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return std::string(uid);
}

db::RetrieveRequest parse_path(const Request& request) {
  db::RetrieveRequest wanted;
  std::string_view path = std::string_view(request.path).substr(std::strlen("/dicom-web/"));
  const auto study = take_uid(path, "studies/");
  if (!study) throw Failure{FaultCode::not_found, "no resource has this path"};
  wanted.study_instance_uid = *study;
  if (const auto series = take_uid(path, "series/")) {
    wanted.series_instance_uid = *series;
    if (const auto instance = take_uid(path, "instances/")) wanted.sop_instance_uid = *instance;
  }
  if (!path.empty()) throw Failure{FaultCode::not_found, "no resource has this path"};
  return wanted;
}

std::vector<db::StoredObject> plan(db::RetrieveRequest wanted, const Request& request, db::Gateway& gateway) {
  wanted.token = parameter(request, "token");
  wanted.peer = request.peer;
  return gateway.retrieve_plan(wanted);
}

Piece file_piece(const db::StoredObject& object, const store::FileStore& store) {
  return {{}, &store, object.file_id, object.file_size};
}

std::string make_boundary() {
  unsigned char random[16];
  if (::getrandom(random, sizeof random, 0) != sizeof random)
    throw Failure{FaultCode::out_of_resources, "random numbers"};
  std::string boundary = "pgpacs-";
  for (const unsigned char byte : random) {
    boundary += "0123456789abcdef"[byte >> 4];
    boundary += "0123456789abcdef"[byte & 15];
  }
  return boundary;
}

void forbid_keeping(Response& response) {
  response.fields["Cache-Control"] = "private, no-store";
  response.fields["Referrer-Policy"] = "no-referrer";
  response.fields["X-Content-Type-Options"] = "nosniff";
}

std::string media_type_of(const db::StoredObject& object) {
  return "application/dicom; transfer-syntax=" + object.transfer_syntax_uid;
}

Response make_single(const db::StoredObject& object, const store::FileStore& store) {
  Response response;
  response.fields["Content-Type"] = media_type_of(object);
  response.body.push_back(file_piece(object, store));
  forbid_keeping(response);
  return response;
}

// PS3.18 8.6.1.2: a part for each object.
Response make_multipart(const std::vector<db::StoredObject>& objects, const store::FileStore& store) {
  const std::string boundary = make_boundary();
  Response response;
  response.fields["Content-Type"] = "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
  for (const db::StoredObject& object : objects) {
    const std::string lead = response.body.empty() ? "--" : "\r\n--";
    response.body.push_back({lead + boundary + "\r\nContent-Type: " + media_type_of(object) +
                                 "\r\nContent-Length: " + std::to_string(object.file_size) + "\r\n\r\n",
                             nullptr,
                             {},
                             0});
    response.body.push_back(file_piece(object, store));
  }
  response.body.push_back({"\r\n--" + boundary + "--\r\n", nullptr, {}, 0});
  forbid_keeping(response);
  return response;
}

// Stored bytes only, for now: any syntax is asked for by '*', one by its UID.
bool fits_syntax(const MediaRange& range, const std::vector<db::StoredObject>& objects) {
  if (range.transfer_syntax.empty() || range.transfer_syntax == "*") return true;
  for (const db::StoredObject& object : objects)
    if (object.transfer_syntax_uid != range.transfer_syntax) return false;
  return true;
}

enum class Form { none, single, multipart };

Form form_of(const MediaRange& range, bool is_instance) {
  if (range.type == "multipart/related") {
    const bool is_dicom = range.inner_type.empty() || range.inner_type == "application/dicom";
    return is_dicom ? Form::multipart : Form::none;
  }
  if (range.type == "application/dicom") return is_instance ? Form::single : Form::none;
  if (range.type == "*/*" || range.type == "application/*")
    return is_instance ? Form::single : Form::multipart;
  return range.type == "multipart/*" ? Form::multipart : Form::none;
}

}  // namespace

Response retrieve_wado_rs(const Request& request, db::Gateway& gateway, const store::FileStore& store) {
  const db::RetrieveRequest wanted = parse_path(request);
  const auto objects = plan(wanted, request, gateway);
  const bool is_instance = !wanted.sop_instance_uid.empty();
  for (const MediaRange& range : parse_accept(request.accept)) {
    const Form form = fits_syntax(range, objects) ? form_of(range, is_instance) : Form::none;
    if (form == Form::single) return make_single(objects.front(), store);
    if (form == Form::multipart) return make_multipart(objects, store);
  }
  return make_problem(
      406, "not acceptable",
      "objects are given as multipart/related; type=\"application/dicom\", in the syntax they are stored in");
}

Response retrieve_wado_uri(const Request& request, db::Gateway& gateway, const store::FileStore& store) {
  if (parameter(request, "requestType") != "WADO")
    return make_problem(400, "bad request", "requestType must be WADO");
  const std::string content_type = parameter(request, "contentType");
  if (!content_type.empty() && content_type != "application/dicom" && content_type != "*/*")
    return make_problem(406, "not acceptable", "objects are given as application/dicom");
  const db::RetrieveRequest wanted{parameter(request, "studyUID"),
                                   parameter(request, "seriesUID"),
                                   parameter(request, "objectUID"),
                                   {},
                                   {}};
  for (const std::string& uid :
       {wanted.study_instance_uid, wanted.series_instance_uid, wanted.sop_instance_uid})
    if (!dicom::is_valid_uid(uid))
      return make_problem(400, "bad request", "studyUID, seriesUID and objectUID must be UIDs");
  return make_single(plan(wanted, request, gateway).front(), store);
}

}  // namespace pgpacs::http
