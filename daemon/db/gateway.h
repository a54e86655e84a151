// What pacsd asks the database, as plain values. Each call is one statement in a transaction of its own.
// Throws Failure: with the fault of the SQLSTATE, or out_of_resources where the database is away.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/db/connection_pool.h"
#include "daemon/fault.h"
#include "extension/dicom/reader.h"

namespace pgpacs::db {

// Microseconds since 1970, in UTC: what the database tells apart.
using Moment = std::int64_t;

struct StoreRow {
  std::int16_t id;
  std::string url;
  bool takes_new;
};

struct AssociationAnswer {
  std::int64_t transfer_id = 0;
  std::string refusal;  // empty: accepted
  bool may_store = false, may_find = false, may_move = false, may_get = false, may_commit = false;
  std::string acts_as;  // whose rights its queries have; empty: nobody's
  std::int32_t remote_ae_id = 0;
  std::string user_identity;                   // ignored, accepted, required
  std::vector<std::string> transfer_syntaxes;  // best first
  std::optional<std::uint32_t> max_associations, max_requests_per_second;
  std::string identity;  // what its queries' answers show: received or card
};

// Who calls, and how.
struct Caller {
  std::string calling, called, address;
  bool is_secured = false;
  std::string certificate_sha256;  // empty: none was shown
};

struct NewInstance {
  std::int64_t transfer_id;
  dicom::Bytes header;
  std::span<const dicom::Gap> gaps;
  std::vector<std::int64_t> fragments;  // dicom::Fragments::numbers
  std::string_view transfer_syntax_uid;
  std::string_view sop_class_uid;
  std::string_view sop_instance_uid;
  std::int16_t store_id;
  std::string file_id;
  std::uint64_t file_size;
  std::uint32_t data_set_offset;
  dicom::Bytes sha256;
  Moment received_at;
  bool is_reindexed = false;  // its file is in the store since then
};

// What was found out about the file that a known UID has already.
struct Finding {
  std::string known_file_id;
  bool is_damaged = false;  // or missing; nothing was compared then
  std::array<std::byte, 32> content_digest{};
  std::array<std::byte, 32> known_content_digest{};
};

enum class Outcome : std::uint8_t { stored, duplicate, conflict, refused, compare, known };

struct IngestAnswer {
  Outcome outcome = Outcome::refused;
  std::string reason;
  dicom::FaultCode reason_code = dicom::FaultCode::bad_value;
  // Of a duplicate or what is to be compared:
  std::int16_t known_store_id = 0;
  std::string known_file_id;
  std::uint64_t known_file_size = 0;
  std::uint32_t known_data_set_offset = 0;
  std::string known_transfer_syntax_uid;
  Moment known_received_at = 0;
};

struct StoredObject {
  std::string series_instance_uid, sop_instance_uid, sop_class_uid, transfer_syntax_uid;
  std::int16_t store_id;
  std::string file_id;
  std::uint64_t file_size;
  std::uint32_t data_set_offset;
  std::string modality, series_number, series_description, instance_number;
};

// A file of the store as its file meta information names it.
struct NamedFile {
  std::string file_id, sop_instance_uid;
};

struct Link {
  std::string study_instance_uid;
  std::string expires_at;
};

// An empty UID asks for everything below the one before it.
struct RetrieveRequest {
  std::string study_instance_uid, series_instance_uid, sop_instance_uid;
  std::string token;
  std::string peer;
};

// An AE that objects can be sent to.
struct Destination {
  std::string ae_title, address;
  std::uint16_t port = 0;
  bool uses_tls = false;
  std::string certificate_sha256;              // 32 bytes; empty: any that tls-ca vouches for
  std::vector<std::string> transfer_syntaxes;  // that it is sent first, best first
};

// How a C-MOVE or C-GET ended, for the trail.
struct RetrievalResult {
  std::int64_t transfer_id = 0;
  std::string destination;  // of a C-MOVE
  std::uint64_t completed = 0, warning = 0, failed = 0, remaining = 0;
  std::string reason;  // of the first that failed; names no patient
};

class Gateway {
 public:
  explicit Gateway(ConnectionPool& pool) : pool_(pool) {}

  std::vector<StoreRow> stores();
  AssociationAnswer open_association(const Caller& caller);
  // Puts a refusal that the daemon decided into the trail; the words hold no patient's data.
  void record_association_refusal(const Caller& caller, std::string_view reason);
  void close_association(std::int64_t transfer_id);
  IngestAnswer ingest(const NewInstance& instance, const std::optional<Finding>& finding = std::nullopt);
  std::vector<std::string> files_without_row(std::span<const NamedFile> files);
  std::int64_t open_reindex(std::string_view sending, std::string_view receiving);
  void record_refusal(std::int64_t transfer_id, dicom::FaultCode code, std::string_view reason);
  // An operation of DIMSE, "C-FIND" or the like, that whoever asked may not do.
  void record_denial(std::int64_t transfer_id, const std::string& operation, const std::string& reason);
  // Throws Failure unknown_destination.
  Destination find_destination(const std::string& ae_title);
  void record_retrieval(const RetrievalResult& result);
  Link open_link(const std::string& token, const std::string& peer);
  std::vector<StoredObject> retrieve_plan(const RetrieveRequest& request);

 private:
  ConnectionPool& pool_;
};

}  // namespace pgpacs::db
