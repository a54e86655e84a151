#include "daemon/db/forward.h"

#include "daemon/db/call.h"
#include "daemon/db/statements.h"

namespace pgpacs::db {
namespace {

const char* name_of(ForwardState state) {
  switch (state) {
    case ForwardState::sent: return "sent";
    case ForwardState::failed: return "failed";
    case ForwardState::waiting: break;
  }
  return "waiting";
}

// text[]'s text form, of what may hold anything.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

template <typename Part>
std::string array_of(std::span<const ForwardOutcome> outcomes, Part&& part) {
  std::string text = "{";
  for (const ForwardOutcome& outcome : outcomes)
    text.append(text.size() > 1 ? "," : "").append(part(outcome));
  return text + "}";
}

std::vector<std::string> read_array(const pqxx::field& field) {
  std::vector<std::string> values;
  if (field.is_null()) return values;
  auto parser = field.as_array();
  for (auto next = parser.get_next(); next.first != pqxx::array_parser::juncture::done;
       next = parser.get_next())
    if (next.first == pqxx::array_parser::juncture::string_value) values.push_back(next.second);
  return values;
}

}  // namespace

ForwardDestination Forwarding::destination(const Task& task) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    const pqxx::row row = sql.exec_prepared1(statement::forward_destination, task.id, task.lease);
    ForwardDestination destination;
    destination.run_after = text(row[0]);
    destination.calling = text(row[1]);
    destination.ae_title = text(row[2]);
    destination.address = text(row[3]);
    destination.is_gone = destination.ae_title.empty();
    if (destination.is_gone) return destination;
    destination.port = row[4].as<std::uint16_t>();
    destination.uses_tls = row[5].as<bool>();
    destination.certificate_sha256 = bytes(row[6]);
    return destination;
  });
}

std::vector<ForwardBatch> Forwarding::plan(const Task& task) {
  return call(pool_, [&](pqxx::nontransaction& sql) {
    std::vector<ForwardBatch> batches;
    std::string last;
    EditsReader edits;
    for (const pqxx::row& row : sql.exec_prepared(statement::forward_plan, task.id, task.lease)) {
      if (batches.empty() || text(row[0]) != last) batches.push_back({read_array(row[0]), {}, {}});
      last = text(row[0]);
      batches.back().instance_ids.push_back(row[1].as<std::int64_t>());
      batches.back().objects.push_back({text(row[2]), text(row[3]), text(row[4]), row[5].as<std::int16_t>(),
                                        text(row[6]), row[7].as<std::uint64_t>(), row[8].as<std::uint32_t>(),
                                        edits.read(row[9])});
    }
    return batches;
  });
}

void Forwarding::done(const Task& task, std::span<const ForwardOutcome> outcomes) {
  const std::string ids = array_of(outcomes, [](const auto& o) { return std::to_string(o.instance_id); });
  const std::string states = array_of(outcomes, [](const auto& o) { return name_of(o.state); });
  const std::string reasons = array_of(outcomes, [](const auto& o) { return quoted(o.reason); });
  call(pool_, [&](pqxx::nontransaction& sql) {
    return sql.exec_prepared(statement::forward_done, task.id, task.lease, ids, states, reasons);
  });
}

bool Forwarding::notice_arrivals() {
  return call(pool_, [](pqxx::nontransaction& sql) {
    return sql.exec_prepared1(statement::notice_arrivals)[0].as<bool>();
  });
}

}  // namespace pgpacs::db
