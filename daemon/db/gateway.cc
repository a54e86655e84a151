#include "daemon/db/gateway.h"

#include <sstream>

#include "daemon/db/call.h"
#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

using dicom::FaultCode;

pqxx::binarystring binary(dicom::Bytes bytes) {
  return {bytes.data(), bytes.size()};
}

// bytea's text form.
std::string hex(dicom::Bytes bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "\\x";
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

// bytea's text form, or null for nothing.
std::optional<std::string> binary_or_null(const std::string& bytes) {
  if (bytes.empty()) return std::nullopt;
  return hex(dicom::as_bytes(bytes));
}

std::vector<std::string> text_array(const pqxx::field& field) {
  std::vector<std::string> values;
  pqxx::array_parser parser(field.c_str());
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::done; item = parser.get_next())
    if (item.first == pqxx::array_parser::string_value) values.push_back(item.second);
  return values;
}

// bigint[]'s text form.
template <typename Number>
std::string array(std::span<const Number> numbers) {
  std::string text = "{";
  for (const Number number : numbers) text.append(text.size() > 1 ? "," : "").append(std::to_string(number));
  return text + "}";
}

std::string gap_array(std::span<const dicom::Gap> gaps) {
  std::vector<std::uint64_t> numbers;
  for (const dicom::Gap& gap : gaps) numbers.insert(numbers.end(), {gap.at, gap.length});
  return array(std::span<const std::uint64_t>(numbers));
}

Outcome outcome_of(std::string_view text) {
  if (text == "stored") return Outcome::stored;
  if (text == "duplicate") return Outcome::duplicate;
  if (text == "conflict") return Outcome::conflict;
  if (text == "compare") return Outcome::compare;
  if (text == "known") return Outcome::known;
  return Outcome::refused;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

IngestAnswer read_answer(const pqxx::row& row) {
  IngestAnswer answer;
  answer.outcome = outcome_of(text(row[0]));
  answer.reason = text(row[1]);
  answer.reason_code = fault_of(text(row[2]));
  if (row[4].is_null()) return answer;
  answer.known_store_id = row[3].as<std::int16_t>();
  answer.known_file_id = text(row[4]);
  answer.known_file_size = row[5].as<std::uint64_t>();
  answer.known_data_set_offset = row[6].as<std::uint32_t>();
  answer.known_transfer_syntax_uid = text(row[7]);
  answer.known_received_at = row[8].as<Moment>();
  return answer;
}

}  // namespace

std::vector<StoreRow> Gateway::stores() {
  return call(pool_, [](pqxx::nontransaction& sql) {
    std::vector<StoreRow> stores;
    for (const pqxx::row& row : sql.exec_prepared(statement::stores))
      stores.push_back({row[0].as<std::int16_t>(), text(row[1]), row[2].as<bool>()});
    return stores;
  });
}

AssociationAnswer Gateway::open_association(const Caller& caller) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    const pqxx::row row =
        sql.exec_prepared1(statement::open_association, caller.calling, caller.called, caller.address,
                           caller.is_secured, binary_or_null(caller.certificate_sha256));
    AssociationAnswer answer;
    answer.refusal = text(row[1]);
    if (!answer.refusal.empty()) return answer;
    answer.transfer_id = row[0].as<std::int64_t>();
    answer.may_store = row[2].as<bool>();
    answer.may_find = row[3].as<bool>();
    answer.may_move = row[4].as<bool>();
    answer.may_get = row[5].as<bool>();
    answer.may_commit = row[6].as<bool>();
    answer.acts_as = text(row[7]);
    answer.remote_ae_id = row[8].as<std::int32_t>();
    answer.user_identity = text(row[9]);
    answer.transfer_syntaxes = text_array(row[10]);
    if (!row[11].is_null()) answer.max_associations = row[11].as<std::uint32_t>();
    if (!row[12].is_null()) answer.max_requests_per_second = row[12].as<std::uint32_t>();
    answer.identity = text(row[13]);
    return answer;
  });
}

void Gateway::record_association_refusal(const Caller& caller, std::string_view reason) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    sql.exec_prepared(statement::record_association_refusal, caller.calling, caller.called, caller.address,
                      std::string(reason));
    return 0;
  });
}

void Gateway::close_association(std::int64_t transfer_id) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::close_association, transfer_id);
  });
}

IngestAnswer Gateway::ingest(const NewInstance& i, const std::optional<Finding>& finding) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    const bool is_compared = finding && !finding->is_damaged;
    const std::string compared_file_id = is_compared ? finding->known_file_id : "";
    const std::string digest = is_compared ? hex(finding->content_digest) : "";
    const std::string known_digest = is_compared ? hex(finding->known_content_digest) : "";
    const std::string damaged_file_id = finding && finding->is_damaged ? finding->known_file_id : "";
    return read_answer(sql.exec_prepared1(
        i.is_reindexed ? statement::reindex_instance : statement::ingest_instance, i.transfer_id,
        binary(i.header), gap_array(i.gaps), std::string(i.transfer_syntax_uid), std::string(i.sop_class_uid),
        std::string(i.sop_instance_uid), i.store_id, i.file_id, i.file_size, i.data_set_offset,
        binary(i.sha256), or_null(compared_file_id), or_null(digest), or_null(known_digest),
        or_null(damaged_file_id), array(std::span<const std::int64_t>(i.fragments)), i.received_at));
  });
}

std::vector<std::string> Gateway::files_without_row(std::span<const NamedFile> files) {
  std::string ids = "{";
  std::string uids = "{";
  for (const NamedFile& file : files) {
    // Neither holds what an array's text would have to quote.
    ids.append(ids.size() > 1 ? "," : "").append(file.file_id);
    uids.append(uids.size() > 1 ? "," : "").append(file.sop_instance_uid);
  }
  return call(pool_, [&](pqxx::nontransaction& sql) {
    std::vector<std::string> without;
    for (const pqxx::row& row : sql.exec_prepared(statement::files_without_row, ids + "}", uids + "}"))
      without.push_back(text(row[0]));
    return without;
  });
}

std::int64_t Gateway::open_reindex(std::string_view sending, std::string_view receiving) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared1(statement::open_reindex, std::string(sending), std::string(receiving))[0]
        .as<std::int64_t>();
  });
}

void Gateway::record_refusal(std::int64_t transfer_id, FaultCode code, std::string_view reason) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    sql.exec_prepared(statement::record_refusal, transfer_id, dicom::info(code).sqlstate,
                      std::string(reason));
    return 0;
  });
}

void Gateway::record_denial(std::int64_t transfer_id, const std::string& operation,
                            const std::string& reason) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    sql.exec_prepared(statement::record_denial, transfer_id, operation, reason);
    return 0;
  });
}

Destination Gateway::find_destination(const std::string& ae_title) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    const pqxx::row row = sql.exec_prepared1(statement::find_destination, ae_title);
    return Destination{ae_title,          text(row[0]),  row[1].as<std::uint16_t>(),
                       row[2].as<bool>(), bytes(row[3]), words(text(row[4]))};
  });
}

void Gateway::record_retrieval(const RetrievalResult& result) {
  call(pool_, [&](pqxx::nontransaction& sql) {
    sql.exec_prepared(statement::record_retrieval, result.transfer_id, or_null(result.destination),
                      static_cast<std::int64_t>(result.completed), static_cast<std::int64_t>(result.warning),
                      static_cast<std::int64_t>(result.failed), static_cast<std::int64_t>(result.remaining),
                      or_null(result.reason));
    return 0;
  });
}

Link Gateway::open_link(const std::string& token, const std::string& peer) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    const pqxx::row row = sql.exec_prepared1(statement::open_link, token, peer);
    return Link{text(row[0]), text(row[3])};
  });
}

std::vector<StoredObject> Gateway::retrieve_plan(const RetrieveRequest& request) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    std::vector<StoredObject> objects;
    for (const pqxx::row& row : sql.exec_prepared(
             statement::retrieve_plan, request.study_instance_uid, or_null(request.series_instance_uid),
             or_null(request.sop_instance_uid), request.token, request.peer)) {
      objects.push_back({text(row[0]), text(row[1]), text(row[2]), text(row[3]), row[4].as<std::int16_t>(),
                         text(row[5]), row[6].as<std::uint64_t>(), row[7].as<std::uint32_t>(), text(row[8]),
                         text(row[9]), text(row[10]), text(row[11])});
    }
    return objects;
  });
}

}  // namespace pgpacs::db
