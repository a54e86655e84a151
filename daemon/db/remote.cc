#include "daemon/db/remote.h"

#include "daemon/db/call.h"
#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

// The six columns that every answer about another AE begins with.
RemoteAe read_ae(const pqxx::row& row) {
  return {text(row[0]),
          text(row[1]),
          row[2].is_null() ? std::uint16_t{0} : row[2].as<std::uint16_t>(),
          !row[3].is_null() && row[3].as<bool>(),
          bytes(row[4]),
          text(row[5])};
}

std::string json_array(std::span<const std::string> values) {
  std::string all = "[";
  for (const std::string& value : values) all.append(all.size() > 1 ? "," : "").append(value);
  return all + "]";
}

template <typename Row, typename... Arguments>
auto first_row(ConnectionPool& pool, const char* name, Row&& read, const Arguments&... arguments) {
  return call(pool, [&](pqxx::nontransaction& sql) -> std::optional<decltype(read(pqxx::row{}))> {
    const pqxx::result rows = sql.exec_prepared(name, arguments...);
    if (rows.empty()) return std::nullopt;
    return read(rows[0]);
  });
}

template <typename... Arguments>
void run(ConnectionPool& pool, const char* name, const Arguments&... arguments) {
  call(pool, [&](pqxx::nontransaction& sql) { return sql.exec_prepared(name, arguments...); });
}

}  // namespace

std::optional<Commitments::Own> Commitments::request(std::int64_t transfer_id, std::string_view information) {
  const auto read = [](const pqxx::row& row) {
    Own own{row[0].as<std::int64_t>(), {}};
    own.task.id = row[1].as<std::int64_t>();
    own.task.kind = "commit";
    own.task.lease = text(row[2]);
    return own;
  };
  return first_row(pool_, statement::request_commitment, read, transfer_id, std::string(information));
}

std::vector<Commitments::File> Commitments::files(std::int64_t commitment_id) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    std::vector<File> files;
    for (const pqxx::row& row : sql.exec_prepared(statement::commitment_files, commitment_id))
      files.push_back({row[0].as<int>(), row[1].as<std::int16_t>(), text(row[2]), row[3].as<std::uint64_t>(),
                       row[4].as<std::uint64_t>(), text(row[5])});
    return files;
  });
}

void Commitments::checked(std::int64_t commitment_id, std::span<const int> intact) {
  std::string numbers = "{";
  for (const int number : intact)
    numbers.append(numbers.size() > 1 ? "," : "").append(std::to_string(number));
  run(pool_, statement::commitment_checked, commitment_id, numbers + "}");
}

std::optional<Commitments::Report> Commitments::report(std::int64_t commitment_id) {
  const auto read = [](const pqxx::row& row) {
    return Report{read_ae(row), row[6].as<std::uint16_t>(), text(row[7])};
  };
  return first_row(pool_, statement::commitment_report, read, commitment_id);
}

void Commitments::reported(std::int64_t commitment_id) {
  run(pool_, statement::commitment_reported, commitment_id);
}

std::optional<Commitments::Question> Commitments::question(std::int64_t commitment_id) {
  const auto read = [](const pqxx::row& row) { return Question{read_ae(row), text(row[6])}; };
  return first_row(pool_, statement::commitment_question, read, commitment_id);
}

void Commitments::take_event(std::int64_t transfer_id, std::string_view information) {
  run(pool_, statement::take_commitment_event, transfer_id, std::string(information));
}

void Commitments::take_answer(std::int64_t commitment_id, std::string_view information) {
  run(pool_, statement::take_commitment_answer, commitment_id, std::string(information));
}

std::optional<Questions::Question> Questions::get(std::int64_t question_id) {
  const auto read = [](const pqxx::row& row) {
    return Question{read_ae(row), text(row[6]), text(row[7]), row[8].as<std::uint32_t>()};
  };
  return first_row(pool_, statement::remote_question, read, question_id);
}

bool Questions::add(std::int64_t question_id, std::span<const std::string> answers) {
  const auto read = [](const pqxx::row& row) { return row[0].as<bool>(); };
  return first_row(pool_, statement::add_remote_answers, read, question_id, json_array(answers)).value();
}

std::optional<Pulls::Page> Pulls::page(std::int64_t pull_id) {
  const auto read = [](const pqxx::row& row) { return Page{read_ae(row), row[6].as<bool>(), text(row[7])}; };
  return first_row(pool_, statement::pull_page, read, pull_id);
}

std::vector<Pulls::Step> Pulls::steps(std::int64_t pull_id, std::string_view level,
                                      std::span<const std::string> answers) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    std::vector<Step> steps;
    for (const pqxx::row& row :
         sql.exec_prepared(statement::pull_steps, pull_id, std::string(level), json_array(answers)))
      steps.push_back({row[0].as<bool>(), text(row[1]), text(row[2])});
    return steps;
  });
}

void Pulls::got(std::int64_t pull_id, std::uint64_t instances, std::uint64_t failed) {
  run(pool_, statement::pull_got, pull_id, instances, failed);
}

void Pulls::page_done(std::int64_t pull_id) {
  run(pool_, statement::pull_page_done, pull_id);
}

std::int64_t Pulls::open_transfer(std::int64_t pull_id, std::string_view identifier) {
  const auto read = [](const pqxx::row& row) { return row[0].as<std::int64_t>(); };
  const auto opened = first_row(pool_, statement::open_pull, read, pull_id, std::string(identifier));
  if (!opened) throw Failure{dicom::FaultCode::not_found, "the pull is no more"};
  return *opened;
}

}  // namespace pgpacs::db
