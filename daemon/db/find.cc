#include "daemon/db/find.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
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

const char* model_of(const FindQuery& query) {
  return query.is_patient_root ? "patient" : "study";
}

// The answers where they are few and found by a key: one round trip. Nothing where pacs.find has to be asked.
std::optional<pqxx::result> find_few(const Asker& asker, const FindQuery& query) {
  const pqxx::result result = call(*asker.pool, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::find_few, or_null(asker.role), query.level, query.identifier,
                             model_of(query), query.is_relational, query.is_datetime_combined,
                             query.identity);
  });
  if (result.size() == 1 && result[0][0].is_null()) return std::nullopt;
  return result;
}

bool take(const FindReader& reader, const pqxx::result& result, bool are_last) {
  std::vector<std::string_view> answers;
  for (const pqxx::row& row : result) answers.emplace_back(row[0].c_str(), row[0].size());
  return reader.take(answers, are_last);
}

// The cursor.
std::string open(AskedTransaction& sql, const FindQuery& query) {
  const pqxx::row row = sql.exec_prepared1(statement::find, query.level, query.identifier, model_of(query),
                                           query.is_relational, query.is_datetime_combined, query.identity);
  return sql.quote_name(text(row[0]));
}

// Fetches of a cursor: while the answers of one are taken, the server is at the next.
class Fetches {
 public:
  Fetches(AskedTransaction& sql, std::string cursor)
      : socket_{sql.conn().sock(), POLLIN, 0}, pipeline_(sql), cursor_(std::move(cursor)) {}

  void begin(std::size_t rows) {
    query_ = pipeline_.insert("fetch " + std::to_string(rows) + " from " + cursor_);
  }
  // Nothing where nobody waits for it any more: the transaction is of no use then.
  std::optional<pqxx::result> end(const FindReader& reader) {
    while (::poll(&socket_, 1, look_every_ms) == 0)
      if (!reader.is_wanted()) {
        give_up();
        return std::nullopt;
      }
    return pipeline_.retrieve(query_);
  }

  void give_up() { pipeline_.cancel(); }

 private:
  pollfd socket_;
  pqxx::pipeline pipeline_;
  std::string cursor_;
  pqxx::pipeline::query_id query_ = 0;
};

// False where the search was given up in the middle, and with it what it wrote.
bool search(AskedTransaction& sql, const FindQuery& query, const FindReader& reader, bool& has_begun) {
  const std::string cursor = open(sql, query);
  has_begun = true;
  pqxx::result last;
  {
    Fetches fetches(sql, cursor);
    BatchSize batch;
    for (fetches.begin(batch.rows());;) {
      const auto began = Clock::now();
      const std::optional<pqxx::result> result = fetches.end(reader);
      if (!result) return false;
      last = *result;
      if (last.size() < batch.rows()) break;
      batch.learn(Clock::now() - began);
      fetches.begin(batch.rows());
      if (!take(reader, last, false)) {
        fetches.give_up();
        return false;
      }
    }
  }
  sql.commit();
  take(reader, last, true);
  return true;
}

// A search that was given up has given answers all the same: it is begun once more, for the audit trail.
void record(const Asker& asker, const FindQuery& query) {
  call_as(asker, [&](AskedTransaction& sql) {
    open(sql, query);
    sql.commit();
    return 0;
  });
}

}  // namespace

void find(const Asker& asker, const FindQuery& query, const FindReader& reader) {
  if (const auto few = find_few(asker, query)) {
    take(reader, *few, true);
    return;
  }
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
