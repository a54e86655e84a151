// The functions of schema pacs that pacsd calls: all of its SQL stands in statements.cc.
#pragma once

#include <pqxx/pqxx>

namespace pgpacs::db {

namespace statement {
inline constexpr char stores[] = "stores";
inline constexpr char open_association[] = "open_association";
inline constexpr char record_association_refusal[] = "record_association_refusal";
inline constexpr char ingest_instance[] = "ingest_instance";
inline constexpr char reindex_instance[] = "reindex_instance";
inline constexpr char files_without_row[] = "files_without_row";
inline constexpr char open_reindex[] = "open_reindex";
inline constexpr char record_refusal[] = "record_refusal";
inline constexpr char record_denial[] = "record_denial";
inline constexpr char open_link[] = "open_link";
inline constexpr char retrieve_plan[] = "retrieve_plan";
inline constexpr char plan_retrieval[] = "plan_retrieval";
inline constexpr char find[] = "find";
inline constexpr char find_few[] = "find_few";
inline constexpr char find_destination[] = "find_destination";
inline constexpr char record_retrieval[] = "record_retrieval";
inline constexpr char claim_task[] = "claim_task";
inline constexpr char renew_task[] = "renew_task";
inline constexpr char finish_task[] = "finish_task";
inline constexpr char release_task[] = "release_task";
inline constexpr char fail_task[] = "fail_task";
inline constexpr char close_association[] = "close_association";
inline constexpr char notice_arrivals[] = "notice_arrivals";
inline constexpr char forward_destination[] = "forward_destination";
inline constexpr char forward_plan[] = "forward_plan";
inline constexpr char forward_done[] = "forward_done";
inline constexpr char request_commitment[] = "request_commitment";
inline constexpr char commitment_files[] = "commitment_files";
inline constexpr char commitment_checked[] = "commitment_checked";
inline constexpr char commitment_report[] = "commitment_report";
inline constexpr char commitment_reported[] = "commitment_reported";
inline constexpr char commitment_question[] = "commitment_question";
inline constexpr char take_commitment_answer[] = "take_commitment_answer";
inline constexpr char take_commitment_event[] = "take_commitment_event";
inline constexpr char remote_question[] = "remote_question";
inline constexpr char add_remote_answers[] = "add_remote_answers";
inline constexpr char pull_page[] = "pull_page";
inline constexpr char pull_steps[] = "pull_steps";
inline constexpr char pull_got[] = "pull_got";
inline constexpr char pull_page_done[] = "pull_page_done";
inline constexpr char open_pull[] = "open_pull";
}  // namespace statement

void prepare_statements(pqxx::connection& connection);

}  // namespace pgpacs::db
