#include "daemon/settings.h"

#include <CLI/CLI.hpp>

#ifndef PGPACS_VERSION
#error "the build says which version this is"
#endif

namespace pgpacs {
namespace {

void add_seconds(CLI::App& app, const std::string& name, std::chrono::seconds& value,
                 const std::string& help) {
  std::string variable = "PACSD_";
  for (const char c : name.substr(2)) variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  app.add_option_function<std::uint32_t>(
         name, [&value](const std::uint32_t& seconds) { value = std::chrono::seconds(seconds); }, help)
      ->envname(variable)
      ->check(CLI::Range(1u, 86400u))
      ->default_str(std::to_string(value.count()));
}

void add_database(CLI::App& app, Settings& s) {
  app.add_option("--database", s.database, "libpq connection string; several hosts are possible")
      ->envname("PACSD_DATABASE")
      ->capture_default_str();
  app.add_option("--database-connections", s.database_connections,
                 "connections to the database, at most, and as many again for queries")
      ->envname("PACSD_DATABASE_CONNECTIONS")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void add_dimse(CLI::App& app, Settings& s) {
  app.add_option("--dimse-address", s.dimse_address, "IPv4 address to listen on for DIMSE")
      ->envname("PACSD_DIMSE_ADDRESS")
      ->check(CLI::ValidIPV4)
      ->capture_default_str();
  app.add_option("--dimse-port", s.dimse_port, "port for DIMSE")
      ->envname("PACSD_DIMSE_PORT")
      ->capture_default_str();
  app.add_option("--max-associations", s.max_associations, "associations at once; one more is rejected")
      ->envname("PACSD_MAX_ASSOCIATIONS")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--max-pdu", s.max_pdu, "largest PDU that we take, in bytes")
      ->envname("PACSD_MAX_PDU")
      ->check(CLI::Range(4096, 131072))
      ->capture_default_str();
  app.add_option("--accept-unknown-sop-classes", s.accept_unknown_sop_classes,
                 "store private and unknown SOP classes as well")
      ->envname("PACSD_ACCEPT_UNKNOWN_SOP_CLASSES")
      ->capture_default_str();
  app.add_option("--failed-logins", s.failed_logins,
                 "wrong passcodes of one address within a minute; then its users are refused unasked")
      ->envname("PACSD_FAILED_LOGINS")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_seconds(app, "--association-timeout", s.association_timeout,
              "seconds from connection to A-ASSOCIATE-RQ");
  add_seconds(app, "--pdu-timeout", s.pdu_timeout, "seconds for one PDU inside a message");
  add_seconds(app, "--idle-timeout", s.idle_timeout, "seconds that an association may be silent");
  add_seconds(app, "--suboperation-timeout", s.suboperation_timeout,
              "seconds for the answer to an object that we send");
  app.add_option("--retrieve-objects", s.retrieve_objects, "objects of one C-MOVE or C-GET, at most")
      ->envname("PACSD_RETRIEVE_OBJECTS")
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  add_seconds(app, "--find-timeout", s.find_timeout,
              "seconds that the database may search for the next answers to a query");
  add_seconds(
      app, "--answer-timeout", s.answer_timeout,
      "seconds that the answers to a query wait for who asked; each 16 KB that are taken earn one back");
  app.add_option("--limit-identifier-bytes", s.limit_identifier_bytes,
                 "identifier of a query or retrieval, at most")
      ->envname("PACSD_LIMIT_IDENTIFIER_BYTES")
      ->check(CLI::Range(std::size_t{4096}, dicom::Limits{}.header_bytes))
      ->capture_default_str();
}

void add_tls(CLI::App& app, Settings& s) {
  app.add_option("--dimse-tls-port", s.dimse_tls_port,
                 "port for DIMSE over TLS, where tls-certificate is set")
      ->envname("PACSD_DIMSE_TLS_PORT")
      ->capture_default_str();
  app.add_option("--tls-certificate", s.tls_certificate, "file with our certificate and those between, PEM")
      ->envname("PACSD_TLS_CERTIFICATE")
      ->capture_default_str();
  app.add_option("--tls-key", s.tls_key, "file with its key, PEM, readable by pacsd alone")
      ->envname("PACSD_TLS_KEY")
      ->capture_default_str();
  app.add_option("--tls-ca", s.tls_ca, "file or folder of certificates that vouch for others, PEM")
      ->envname("PACSD_TLS_CA")
      ->capture_default_str();
  app.add_option("--tls-client-certificate", s.tls_client_certificate,
                 "whether who calls must show a certificate; check: only where it shows one, it must be good")
      ->envname("PACSD_TLS_CLIENT_CERTIFICATE")
      ->check(CLI::IsMember({"require", "check", "off"}))
      ->capture_default_str();
  app.add_option("--tls-profile", s.tls_profile, "security profile of PS3.15 annex B")
      ->envname("PACSD_TLS_PROFILE")
      ->check(CLI::IsMember({"bcp195", "bcp195-nd", "bcp195-extended"}))
      ->capture_default_str();
}

void add_http(CLI::App& app, Settings& s) {
  app.add_option("--http-address", s.http_address,
                 "address to listen on for HTTP; TLS belongs in front of it")
      ->envname("PACSD_HTTP_ADDRESS")
      ->check(CLI::ValidIPV4)
      ->capture_default_str();
  app.add_option("--http-port", s.http_port, "port for HTTP")
      ->envname("PACSD_HTTP_PORT")
      ->capture_default_str();
  app.add_option("--http-threads", s.http_threads, "threads that answer HTTP")
      ->envname("PACSD_HTTP_THREADS")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--http-connections", s.http_connections, "HTTP connections at once; one more hears 503")
      ->envname("PACSD_HTTP_CONNECTIONS")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  add_seconds(app, "--http-timeout", s.http_timeout, "seconds that a client may be silent");
}

void add_store(CLI::App& app, Settings& s) {
  app.add_option("--store-reserve", s.store_reserve,
                 "bytes that stay free in the store's file system; nothing is taken below")
      ->envname("PACSD_STORE_RESERVE")
      ->capture_default_str();
  app.add_option("--limit-object-bytes", s.limit_object_bytes, "file of one object, at most")
      ->envname("PACSD_LIMIT_OBJECT_BYTES")
      ->capture_default_str();
}

void add_transcode(CLI::App& app, Settings& s) {
  app.add_option("--transcode-workers", s.transcode_workers, "objects that are transcoded at once")
      ->envname("PACSD_TRANSCODE_WORKERS")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--transcode-memory", s.transcode_memory, "bytes of address space of one that transcodes")
      ->envname("PACSD_TRANSCODE_MEMORY")
      ->check(CLI::Range(std::uint64_t{256} << 20, std::uint64_t{1} << 40))
      ->capture_default_str();
  add_seconds(app, "--transcode-timeout", s.transcode_timeout, "seconds to transcode one object");
}

// The database reads within the defaults, so that they may be lowered only.
void add_limits(CLI::App& app, dicom::Limits& limits) {
  app.add_option("--limit-depth", limits.depth, "sequences inside sequences, at most")
      ->envname("PACSD_LIMIT_DEPTH")
      ->check(CLI::Range(1u, dicom::Limits{}.depth))
      ->capture_default_str();
  app.add_option("--limit-elements", limits.elements, "elements of one object, at most")
      ->envname("PACSD_LIMIT_ELEMENTS")
      ->check(CLI::Range(1u, dicom::Limits{}.elements))
      ->capture_default_str();
  app.add_option("--limit-header-bytes", limits.header_bytes, "header of one object, large values aside")
      ->envname("PACSD_LIMIT_HEADER_BYTES")
      ->check(CLI::Range(std::size_t{4096}, dicom::Limits{}.header_bytes))
      ->capture_default_str();
  app.add_option("--limit-value-bytes", limits.large_value,
                 "a longer value stays in the file; the header tells where")
      ->envname("PACSD_LIMIT_VALUE_BYTES")
      ->check(CLI::Range(std::size_t{1024}, dicom::Limits{}.large_value))
      ->capture_default_str();
  app.add_option("--limit-inflate-ratio", limits.inflate_ratio,
                 "what one byte of a deflated object may become")
      ->envname("PACSD_LIMIT_INFLATE_RATIO")
      ->check(CLI::Range(1u, dicom::Limits{}.inflate_ratio))
      ->capture_default_str();
}

}  // namespace

Settings read_settings(int argc, char** argv) {
  Settings s;
  CLI::App app{
      "pacsd: takes DICOM objects into PostgreSQL and gives them out. The database decides, pacsd carries "
      "bytes."};
  app.set_version_flag("--version", PGPACS_VERSION);
  app.set_config("--config", "", "file with these settings, a line each: name = value");
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_database(app, s);
  add_dimse(app, s);
  add_tls(app, s);
  add_http(app, s);
  add_store(app, s);
  add_limits(app, s.limits);
  add_transcode(app, s);
  add_seconds(app, "--task-poll", s.task_poll, "seconds between questions for tasks");
  app.add_option("--forward-threads", s.forward_threads, "forward tasks at once")
      ->envname("PACSD_FORWARD_THREADS")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_seconds(app, "--pull-timeout", s.pull_timeout,
              "seconds for one page of a pull, which then goes on later");
  app.add_option("--log-level", s.log_level, "what is logged")
      ->envname("PACSD_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_option("--log-format", s.log_format, "how it is logged")
      ->envname("PACSD_LOG_FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_subcommand("reindex",
                     "brings objects of the store's files that the database does not know into it, and ends; "
                     "pacsd must not serve the store")
      ->fallthrough()
      ->callback([&s] { s.command = Command::reindex; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return s;
}

}  // namespace pgpacs
