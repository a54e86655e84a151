#include "daemon/http/link_page.h"

#include <cstring>

#include "extension/dicom/dictionary.h"

namespace pgpacs::http {
namespace {

std::string class_name(std::string_view uid) {
  const auto known = dicom::find_uid(uid);
  return std::string(known ? known->name : uid);
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 99'999) / 1'000'000) + "." +
         std::to_string((bytes + 99'999) / 100'000 % 10) + " MB";
}

std::string url_of(const std::string& study, const db::StoredObject& object, const std::string& token) {
  return "/dicom-web/studies/" + study + "/series/" + object.series_instance_uid + "/instances/" +
         object.sop_instance_uid + "?token=" + token;
}

std::string row(const std::string& study, const db::StoredObject& object, const std::string& token) {
  return "<tr><td>" + escape_html(object.series_number) + "<td>" + escape_html(object.modality) + "<td>" +
         escape_html(object.series_description) + "<td>" + escape_html(object.instance_number) + "<td>" +
         escape_html(class_name(object.sop_class_uid)) + "<td class=n>" + megabytes(object.file_size) +
         "<td><a href=\"" + url_of(study, object, token) + "\">DICOM</a>\n";
}

constexpr char head[] = R"(<!doctype html>
<html lang="uk"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Дослідження</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse}
th,td{text-align:left;padding:.25rem .75rem;border-bottom:1px solid #ddd}.n{text-align:right}</style>
<h1>Дослідження · Study</h1>
)";

// Whoever opens a link that does not open is a doctor, not a program.
Response explain(const Failure& failure) {
  const dicom::FaultInfo& info = dicom::info(failure.code);
  const bool is_over =
      failure.code == dicom::FaultCode::expired_token || failure.code == dicom::FaultCode::revoked_token;
  const std::string ukrainian =
      is_over ? "Посилання більше не діє. Відкрийте дослідження в інформаційній системі ще раз."
              : "Посилання не відкривається. Відкрийте дослідження в інформаційній системі ще раз.";
  std::string page = head;
  page += "<p>" + ukrainian + "<p lang=en>" + escape_html(info.meaning) + " (" + info.sqlstate + ")\n";
  return make_text(info.http_status, "text/html; charset=utf-8", page);
}

Response list_objects(const Request& request, db::Gateway& gateway) {
  const std::string token = request.path.substr(std::strlen("/v/"));
  const db::Link link = gateway.open_link(token, request.peer);
  const auto objects = gateway.retrieve_plan({link.study_instance_uid, {}, {}, token, request.peer});
  std::string page = head;
  page += "<p>Об’єктів · <span lang=en>objects</span>: " + std::to_string(objects.size()) +
          ". Посилання діє до · <span lang=en>the link opens until</span> " + escape_html(link.expires_at) +
          "\n<table><tr><th>Серія<th>Модальність<th>Опис<th>№<th>Об’єкт<th class=n>Розмір<th>\n";
  for (const db::StoredObject& object : objects) page += row(link.study_instance_uid, object, token);
  return make_text(200, "text/html; charset=utf-8", page + "</table>\n");
}

}  // namespace

Response show_link(const Request& request, db::Gateway& gateway) {
  Response response;
  try {
    response = list_objects(request, gateway);
  } catch (const Failure& failure) {
    response = explain(failure);
  }
  response.fields["Cache-Control"] = "no-store";
  response.fields["Referrer-Policy"] = "no-referrer";
  response.fields["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'";
  response.fields["X-Content-Type-Options"] = "nosniff";
  return response;
}

}  // namespace pgpacs::http
