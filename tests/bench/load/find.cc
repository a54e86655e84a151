#include "tests/bench/load/find.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/bench/load/identifier.h"

namespace pgpacs::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view study_root_find = "1.2.840.10008.5.1.4.1.2.2.1";

struct Query {
  std::string group;
  Identifier keys;
};

struct Answer {
  std::uint64_t microseconds = 0, responses = 0, studies = 0, values = 0;
};

Query read_query(const std::string& line) {
  Query query{{}, {{key::specific_character_set, "ISO_IR 192"}, {key::query_retrieve_level, "STUDY"}}};
  std::istringstream parts(line);
  std::getline(parts, query.group, '\t');
  for (std::string part; std::getline(parts, part, '\t');) {
    const std::size_t equals = part.find('=');
    if (equals != 8) throw Broken("a query's key is not of the form GGGGEEEE=value: " + part);
    query.keys[static_cast<std::uint32_t>(std::stoul(part.substr(0, equals), nullptr, 16))] =
        part.substr(equals + 1);
  }
  return query;
}

std::vector<Query> read_queries(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<Query> queries;
  for (std::string line; std::getline(in, line);) queries.push_back(read_query(line));
  if (queries.empty()) throw Broken(file.string() + " has no queries");
  return queries;
}

// FNV-1a, cut to what a number in JSON holds exactly.
std::uint64_t digest(std::string_view uid) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const char c : uid) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return value >> 24;
}

bool is_about_the_answer(std::uint32_t tag) {
  return tag == key::specific_character_set || tag == key::query_retrieve_level;
}

void count(const Identifier& asked, const Identifier& response, Answer& answer) {
  ++answer.responses;
  const auto uid = response.find(key::study_instance_uid);
  if (uid == response.end()) throw Broken("a response names no study");
  answer.studies += digest(uid->second);
  for (const auto& [tag, value] : response)
    if (asked.contains(tag) && !is_about_the_answer(tag) && !value.empty()) ++answer.values;
}

class Asker {
 public:
  explicit Asker(const Peer& peer) : association_(Association::request(peer, contexts)) {}

  Answer ask(const Identifier& keys) {
    const std::string identifier = write_identifier(keys);
    const std::string_view pieces[] = {identifier};
    const auto began = Clock::now();
    association_.send(1,
                      Command()
                          .set(element::sop_class_uid, study_root_find)
                          .set(element::command_field, c_find_rq)
                          .set(element::message_id, ++message_id_)
                          .set(element::priority, std::uint16_t{0})
                          .set(element::data_set_type, has_data_set),
                      pieces);
    Answer answer;
    Command response;
    while (receive(response)) count(keys, read_identifier(data_set_), answer);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
    answer.microseconds = static_cast<std::uint64_t>(took.count());
    return answer;
  }

  void release() { association_.release(); }

 private:
  // False after the last response.
  bool receive(Command& response) {
    std::uint8_t context_id = 0;
    if (!association_.receive(response, context_id)) throw Broken("released before it answered");
    if (response.number(element::data_set_type) != no_data_set) association_.receive_data_set(data_set_);
    if (response.is_pending()) return true;
    const unsigned status = response.number(element::status);
    if (status != 0) throw Broken("C-FIND failed, status " + std::to_string(status));
    return false;
  }

  static inline const Context contexts[] = {{std::string(study_root_find), std::string(implicit_little)}};
  Association association_;
  std::string data_set_;
  std::uint16_t message_id_ = 0;
};

void print(const char* name, const std::vector<Answer>& answers, std::uint64_t Answer::*figure) {
  std::printf(", \"%s\": ", name);
  const char* between = "[";
  for (const Answer& answer : answers) {
    std::printf("%s%llu", between, static_cast<unsigned long long>(answer.*figure));
    between = ", ";
  }
  std::printf("]");
}

void print(const std::string& group, const std::vector<Answer>& answers) {
  std::printf("{\"verb\": \"find\", \"group\": \"%s\"", group.c_str());
  print("us", answers, &Answer::microseconds);
  print("responses", answers, &Answer::responses);
  print("studies", answers, &Answer::studies);
  print("values", answers, &Answer::values);
  std::printf("}\n");
}

}  // namespace

void find(const FindOptions& options) {
  const std::vector<Query> queries = read_queries(options.queries);
  Asker asker(options.peer);
  for (std::size_t i = 0; i < queries.size();) {
    const std::string& group = queries[i].group;
    const auto began = Clock::now();
    std::vector<Answer> answers;
    for (; i < queries.size() && queries[i].group == group; ++i) {
      const std::chrono::duration<double> spent = Clock::now() - began;
      if (answers.empty() || spent.count() < options.seconds) answers.push_back(asker.ask(queries[i].keys));
    }
    print(group, answers);
  }
  asker.release();
}

}  // namespace pgpacs::bench
