// Settings of pacsd: a file, the environment, the command line, in rising order of say (docs/settings.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "extension/dicom/limits.h"

namespace pgpacs {

enum class Command : std::uint8_t { serve, reindex };

// In the order in which people read them; there is one.
struct Settings {  // NOLINT(clang-analyzer-optin.performance.Padding)
  Command command = Command::serve;

  std::string database = "dbname=pacs user=pacsd";
  std::uint32_t database_connections = 16;

  std::string dimse_address = "0.0.0.0";
  std::uint16_t dimse_port = 11112;
  std::uint16_t dimse_tls_port = 2762;  // where tls_certificate is set
  std::string tls_certificate, tls_key, tls_ca;
  std::string tls_client_certificate = "require";
  std::string tls_profile = "bcp195-nd";
  std::uint32_t max_associations = 64;
  std::uint32_t failed_logins = 10;  // of one address within a minute
  std::uint32_t max_pdu = 131072;
  bool accept_unknown_sop_classes = true;
  std::chrono::seconds association_timeout{10};   // from connection to A-ASSOCIATE-RQ
  std::chrono::seconds pdu_timeout{60};           // for one PDU inside a message
  std::chrono::seconds idle_timeout{300};         // between messages
  std::chrono::seconds find_timeout{60};          // from one piece of a query's answers to the next
  std::chrono::seconds answer_timeout{60};        // that answers wait for a slow asker (dimse/patience.h)
  std::chrono::seconds suboperation_timeout{30};  // for the answer to an object that we send
  std::uint32_t retrieve_objects = 500000;        // of one C-MOVE or C-GET

  std::string http_address = "127.0.0.1";
  std::uint16_t http_port = 8088;
  std::uint32_t http_threads = 2;
  std::uint32_t http_connections = 256;
  std::chrono::seconds http_timeout{60};

  // pacsd-transcode
  std::uint32_t transcode_workers = 4;
  std::uint64_t transcode_memory = std::uint64_t{1} << 30;
  std::chrono::seconds transcode_timeout{60};
  std::chrono::seconds task_poll{1};        // between questions for tasks, where nothing else tells of them
  std::uint32_t forward_threads = 8;        // what is sent to others at once
  std::chrono::seconds pull_timeout{3600};  // for one page of a pull

  std::string log_level = "info";
  std::string log_format = "text";

  dicom::Limits limits;
  std::uint64_t limit_identifier_bytes = std::uint64_t{16} << 20;
  std::uint64_t limit_object_bytes = std::uint64_t{16} << 30;
  std::uint64_t store_reserve = std::uint64_t{2} << 30;  // stays free in the store's file system
};

// Reads them; prints help, version or what is wrong and exits where the command line asks for that.
Settings read_settings(int argc, char** argv);

}  // namespace pgpacs
