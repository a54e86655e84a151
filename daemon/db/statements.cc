#include "daemon/db/statements.h"

#include <string>

namespace pgpacs::db {

namespace {

void prepare_commitment(pqxx::connection& connection) {
  connection.prepare(
      statement::request_commitment,
      "select commitment_id, task_id, lease from pacs.request_commitment($1::bigint, $2::jsonb)");
  connection.prepare(statement::commitment_files,
                     "select number, store_id, file_id, file_size, data_set_offset, encode(sha256, 'hex') "
                     "from pacs.commitment_files($1::bigint)");
  connection.prepare(statement::commitment_checked, "select pacs.commitment_checked($1::bigint, $2::int[])");
  connection.prepare(statement::commitment_report,
                     "select ae_title, host(address), port, uses_tls, certificate_sha256, calling_ae_title, "
                     "event_type, information from pacs.commitment_report($1::bigint)");
  connection.prepare(statement::commitment_reported, "select pacs.commitment_reported($1::bigint)");
  connection.prepare(statement::commitment_question,
                     "select ae_title, host(address), port, uses_tls, certificate_sha256, calling_ae_title, "
                     "information from pacs.commitment_question($1::bigint)");
  connection.prepare(statement::take_commitment_answer,
                     "select pacs.take_commitment_answer($1::bigint, $2::jsonb)");
  connection.prepare(statement::take_commitment_event,
                     "select pacs.take_commitment_event($1::bigint, $2::jsonb)");
}

void prepare_remote(pqxx::connection& connection) {
  connection.prepare(statement::remote_question,
                     "select ae_title, host(address), port, uses_tls, certificate_sha256, calling_ae_title, "
                     "level, identifier, seconds_left from pacs.remote_question($1::bigint)");
  connection.prepare(statement::add_remote_answers, "select pacs.add_remote_answers($1::bigint, $2::jsonb)");
  connection.prepare(statement::pull_page,
                     "select ae_title, host(address), port, uses_tls, certificate_sha256, calling_ae_title, "
                     "uses_get, identifier from pacs.pull_page($1::bigint)");
  connection.prepare(statement::pull_steps,
                     "select (step ->> 'is_move')::boolean, step ->> 'level', step -> 'identifier' "
                     "from pacs.pull_steps($1::bigint, $2, $3::jsonb) step");
  connection.prepare(statement::pull_got, "select pacs.pull_got($1::bigint, $2::bigint, $3::bigint)");
  connection.prepare(statement::pull_page_done, "select pacs.pull_page_done($1::bigint)");
  connection.prepare(statement::open_pull, "select pacs.open_pull($1::bigint, $2::jsonb)");
}

}  // namespace

void prepare_statements(pqxx::connection& connection) {
  connection.prepare(statement::stores, "select store_id, url, takes_new from pacs.stores()");
  connection.prepare(statement::open_association,
                     "select transfer_id, refusal, may_store, may_find, may_move, may_get, may_commit, "
                     "acts_as, remote_ae_id, "
                     "user_identity, transfer_syntaxes, max_associations, max_requests_per_second, identity "
                     "from pacs.open_association($1, $2, $3::inet, $4::boolean, $5::bytea)");
  connection.prepare(statement::record_association_refusal,
                     "select pacs.record_association_refusal($1, $2, $3::inet, $4)");
  // The same call for an object that comes and for one whose file is there.
  for (const char* name : {statement::ingest_instance, statement::reindex_instance})
    connection.prepare(
        name,
        std::string("select outcome, reason, reason_code, known_store_id, known_file_id, known_file_size, "
                    "known_data_set_offset, known_transfer_syntax_uid, "
                    "(extract(epoch from known_received_at) * 1000000)::bigint from pacs.") +
            name +
            "($1::bigint, $2::bytea, $3::bigint[], $4, $5, $6, $7::smallint, "
            "$8::uuid, $9::bigint, $10::int, $11::bytea, $12::uuid, $13::bytea, $14::bytea, $15::uuid, "
            "$16::bigint[], timestamptz 'epoch' + $17::bigint * interval '1 microsecond')");
  connection.prepare(statement::files_without_row, "select pacs.files_without_row($1::uuid[], $2::text[])");
  connection.prepare(statement::open_reindex, "select pacs.open_reindex($1, $2)");
  connection.prepare(statement::record_refusal, "select pacs.record_refusal($1::bigint, $2, $3)");
  connection.prepare(statement::record_denial, "select pacs.record_denial($1::bigint, $2, $3)");
  connection.prepare(statement::find_few,
                     "select pacs.find_few(asker => $1, level => $2, identifier => $3::jsonb, model => $4, "
                     "is_relational => $5, is_datetime_combined => $6, identity => $7)");
  connection.prepare(
      statement::find,
      "select pacs.find(level => $1, identifier => $2::jsonb, model => $3, is_relational => $4, "
      "is_datetime_combined => $5, identity => $6)");
  connection.prepare(
      statement::open_link,
      "select study_instance_uid, role, on_behalf_of, expires_at from pacs.open_link($1, $2::inet)");
  connection.prepare(
      statement::retrieve_plan,
      "select series_uid, instance_uid, sop_class_uid, transfer_syntax_uid, store_id, file_id, "
      "file_size, data_set_offset, modality, series_number, series_description, instance_number "
      "from pacs.retrieve_plan($1, $2, $3, $4, $5::inet)");
  connection.prepare(
      statement::plan_retrieval,
      "select sop_class_uid, sop_instance_uid, transfer_syntax_uid, store_id, file_id, file_size, "
      "data_set_offset, edits from pacs.plan_retrieval($1::jsonb, $2, $3, $4::bigint, $5::inet, $6::bigint)");
  connection.prepare(statement::find_destination,
                     "select host(address), port, uses_tls, certificate_sha256, "
                     "array_to_string(transfer_syntaxes, ' ') from pacs.find_destination($1)");
  connection.prepare(
      statement::record_retrieval,
      "select pacs.record_retrieval($1::bigint, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7)");
  connection.prepare(statement::claim_task,
                     "select task_id, kind, payload, attempt, lease "
                     "from pacs.claim_task(array[$1], $2::bigint * interval '1 second')");
  connection.prepare(statement::renew_task,
                     "select pacs.renew_task($1::bigint, $2::uuid, $3::bigint * interval '1 second')");
  connection.prepare(statement::finish_task, "select pacs.finish_task($1::bigint, $2::uuid)");
  connection.prepare(statement::release_task,
                     "select pacs.release_task($1::bigint, $2::uuid, coalesce($3::timestamptz, now()))");
  connection.prepare(statement::fail_task, "select pacs.fail_task($1::bigint, $2::uuid, $3, $4::boolean)");
  connection.prepare(statement::close_association, "select pacs.close_association($1::bigint)");
  connection.prepare(statement::notice_arrivals, "select pacs.notice_arrivals()");
  connection.prepare(statement::forward_destination,
                     "select run_after, calling_ae_title, ae_title, address, port, uses_tls, "
                     "certificate_sha256 from pacs.forward_destination($1::bigint, $2::uuid)");
  connection.prepare(
      statement::forward_plan,
      "select transfer_syntaxes, instance_id, sop_class_uid, sop_instance_uid, "
      "transfer_syntax_uid, store_id, "
      "file_id, file_size, data_set_offset, edits from pacs.forward_plan($1::bigint, $2::uuid)");
  connection.prepare(statement::forward_done,
                     "select pacs.forward_done($1::bigint, $2::uuid, $3::bigint[], $4::text[], $5::text[])");
  prepare_commitment(connection);
  prepare_remote(connection);
}

}  // namespace pgpacs::db
