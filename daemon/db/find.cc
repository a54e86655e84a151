#include "daemon/db/find.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <vector>

#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int look_every_ms = 20;

// How many answers are fetched at once: few, so that the first is not waited for; then more and more, as long
// as they are found quickly, since what has come already is not interrupted.
class BatchSize {
 public:
  std::size_t rows() const { return rows_; }
  void learn(Clock::duration took) {
    if (took > std::chrono::milliseconds(100))
      rows_ = std::max<std::size_t>(rows_ / 4, 1);
    else
      rows_ = std::min<std::size_t>(rows_ * 4, 512);
  }

 private:
  std::size_t rows_ = 32;
};

constexpr char cursor[] = "pgpacs_find";

std::string to_statement(AskedTransaction& sql, const FindQuery& query) {
  const auto yes = [](bool is_so) { return is_so ? "true" : "false"; };
  return "select pacs.find(level => " + sql.quote(query.level) + ", identifier => " +
         sql.quote(query.identifier) + ", model => " + (query.is_patient_root ? "'patient'" : "'study'") +
         ", is_relational => " + yes(query.is_relational) + ", is_datetime_combined => " +
         yes(query.is_datetime_combined) + ", cursor_name => '" + cursor + "')";
}

std::string to_fetch(const BatchSize& batch) {
  return "fetch " + std::to_string(batch.rows()) + " from " + cursor;
}

// Until the first results are there; false where nobody waits for them any more: the transaction is of no use
// then.
bool await(AskedTransaction& sql, pqxx::pipeline& pipeline, const FindReader& reader) {
  pollfd answer{sql.conn().sock(), POLLIN, 0};
  while (::poll(&answer, 1, look_every_ms) == 0)
    if (!reader.is_wanted()) {
      pipeline.cancel();
      return false;
    }
  return true;
}

// The transaction, the cursor and its first answers come of one round trip.
bool open(AskedTransaction& sql, const FindQuery& query, const BatchSize& batch, const FindReader& reader,
          pqxx::result& result) {
  pqxx::pipeline pipeline(sql);
  sql.begin_in(pipeline, 2);
  const auto found = pipeline.insert(to_statement(sql, query));
  const auto fetched = pipeline.insert(to_fetch(batch));
  if (!await(sql, pipeline, reader)) return false;
  sql.began(pipeline);
  pipeline.retrieve(found);
  result = pipeline.retrieve(fetched);
  return true;
}

bool fetch(AskedTransaction& sql, const BatchSize& batch, const FindReader& reader, pqxx::result& result) {
  pqxx::pipeline pipeline(sql);
  const auto fetched = pipeline.insert(to_fetch(batch));
  if (!await(sql, pipeline, reader)) return false;
  result = pipeline.retrieve(fetched);
  return true;
}

// False where the search was given up in the middle, and with it what it wrote.
bool search(AskedTransaction& sql, const FindQuery& query, const FindReader& reader, bool& has_begun) {
  BatchSize batch;
  for (bool is_first = true;; is_first = false) {
    const auto began = Clock::now();
    pqxx::result result;
    const bool is_wanted =
        is_first ? open(sql, query, batch, reader, result) : fetch(sql, batch, reader, result);
    has_begun = true;
    if (!is_wanted) return false;
    const bool are_last = result.size() < batch.rows();
    batch.learn(Clock::now() - began);
    if (are_last) sql.commit();
    std::vector<std::string_view> answers;
    for (const pqxx::row& row : result) answers.emplace_back(row[0].c_str(), row[0].size());
    const bool is_over = !reader.take(answers, are_last) || are_last;
    if (is_over && !are_last) sql.commit();
    if (is_over) return true;
  }
}

// A search that was given up has given answers all the same: it is begun once more, for the audit trail.
void record(const Asker& asker, const FindQuery& query) {
  call_as(asker, [&](AskedTransaction& sql) {
    sql.begin();
    sql.exec(to_statement(sql, query));
    sql.commit();
    return 0;
  });
}

}  // namespace

void find(const Asker& asker, const FindQuery& query, const FindReader& reader) {
  bool has_begun = false, is_recorded = false;
  std::exception_ptr failure;
  try {
    is_recorded =
        call_as(asker, [&](AskedTransaction& sql) { return search(sql, query, reader, has_begun); });
  } catch (...) {
    failure = std::current_exception();
  }
  if (has_begun && !is_recorded) record(asker, query);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace pgpacs::db
