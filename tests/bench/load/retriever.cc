#include "tests/bench/load/retriever.h"

#include "tests/bench/load/identifier.h"

namespace pgpacs::bench {
namespace {

constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view study_root_move = "1.2.840.10008.5.1.4.1.2.2.2";
constexpr std::string_view study_root_get = "1.2.840.10008.5.1.4.1.2.2.3";

Association open(const RetrieveOptions& options) {
  std::vector<Context> contexts;
  const bool is_move = !options.destination.empty();
  contexts.push_back({std::string(is_move ? study_root_move : study_root_get), std::string(implicit_little)});
  if (!is_move) contexts.push_back({options.sop_class, std::string(explicit_little), true});
  return Association::request(options.peer, contexts);
}

}  // namespace

Retriever::Retriever(const RetrieveOptions& options) : options_(options), association_(open(options)) {}

bool Retriever::retrieve(const std::string& study, Clock::time_point end, std::uint64_t most) {
  const std::uint64_t enough = objects_ + most;
  request(study);
  for (;;) {
    Command command;
    std::uint8_t context_id = 0;
    if (!association_.receive(command, context_id)) throw Broken("released inside a retrieval");
    if (command.number(element::data_set_type) != no_data_set) association_.receive_data_set(object_);
    if (Clock::now() >= end) return false;
    if (command.number(element::command_field) == c_store_rq) {
      take(command, context_id);
    } else if (!command.is_pending()) {
      finish(command);
      return true;
    }
    if (objects_ >= enough) return false;
  }
}

void Retriever::request(const std::string& study) {
  const bool is_move = !options_.destination.empty();
  Command command;
  command.set(element::sop_class_uid, is_move ? study_root_move : study_root_get)
      .set(element::command_field, is_move ? c_move_rq : c_get_rq)
      .set(element::message_id, ++message_id_)
      .set(element::priority, std::uint16_t{0})
      .set(element::data_set_type, has_data_set);
  if (is_move) command.set(element::move_destination, options_.destination);
  const std::string identifier =
      write_identifier({{key::query_retrieve_level, "STUDY"}, {key::study_instance_uid, study}});
  const std::string_view pieces[] = {identifier};
  association_.send(1, command, pieces);
}

void Retriever::take(const Command& command, std::uint8_t context_id) {
  ++objects_;
  bytes_ += object_.size();
  association_.send(context_id, stored(command));
}

void Retriever::finish(const Command& response) {
  const unsigned status = response.number(element::status);
  if (status != 0) throw Broken("retrieving failed, status " + std::to_string(status));
  if (!options_.destination.empty()) objects_ += response.number(element::completed);
}

}  // namespace pgpacs::bench
