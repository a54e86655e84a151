#include "daemon/tasks/remote.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "daemon/db/remote.h"
#include "daemon/dimse/c_store.h"
#include "daemon/dimse/commitment.h"
#include "daemon/dimse/remote_find.h"
#include "daemon/dimse/remote_retrieve.h"
#include "daemon/fault.h"
#include "extension/dicom/json_parser.h"

namespace pgpacs::tasks {
namespace {

using dicom::FaultCode;
using std::chrono::steady_clock;

constexpr std::chrono::seconds lease{120};

// A number of the task's payload.
std::int64_t number_of(const db::Task& task, std::string_view name) {
  const dicom::JsonValue payload = dicom::parse_json(task.payload, 4, 100);
  const dicom::JsonValue* value = payload.find(name);
  if (value == nullptr || !value->is(dicom::JsonValue::Kind::number))
    throw Failure{FaultCode::bad_argument, "the task's payload lacks " + std::string(name)};
  return std::stoll(value->text);
}

void stop_if_lost(const db::Task& task) {
  if (task.is_lost())
    throw Failure{FaultCode::no_lease, "the task is another worker's, or the daemon goes down"};
}

// What a peer may take for something in all: a byte, or a pending response, now and then is no answer.
class Turn {
 public:
  Turn(const db::Task& task, std::chrono::seconds length, const char* words)
      : task_(task), deadline_(steady_clock::now() + length), words_(words) {}

  bool is_over() const { return task_.is_lost() || steady_clock::now() > deadline_; }

  // What ends because the turn is over fails with its words. The other side was there: nothing else that goes
  // to it has to wait.
  template <typename Work>
  void run(Work&& work) const {
    try {
      work();
    } catch (const Failure& failure) {
      stop_if_lost(task_);
      if (failure.code != FaultCode::peer_unreachable || !is_over()) throw;
      throw Failure{FaultCode::out_of_resources, words_};
    }
  }

 private:
  const db::Task& task_;
  steady_clock::time_point deadline_;
  const char* words_;
};

// For a question or a report of storage commitment, also of 100,000 objects.
constexpr std::chrono::seconds longest_conversation{120};
constexpr char too_long[] = "the other side took too long over storage commitment";

void report(const RemoteMeans& means, const db::Task& task) {
  db::Commitments commitments(means.pool);
  const std::int64_t id = number_of(task, "commitment");
  dimse::check_files(commitments, means.store, id);
  const auto report = commitments.report(id);
  if (!report) return;
  if (report->ae.port == 0)
    throw Failure{FaultCode::unknown_destination, "the AE that asked has no port where it can be called"};
  const dimse::Proposal proposal{dimse::commitment_class, dimse::plain_syntaxes(), true};
  dimse::Requestor requestor(means.settings, means.stop, report->ae.calling, dimse::peer_of(report->ae),
                             {&proposal, 1});
  const Turn turn(task, longest_conversation, too_long);
  requestor.set_interruption([&] { return turn.is_over(); });
  turn.run([&] { dimse::report_commitment(requestor, *report); });
  commitments.reported(id);
  requestor.release();
}

void request(const RemoteMeans& means, const db::Task& task) {
  db::Commitments commitments(means.pool);
  const std::int64_t id = number_of(task, "commitment");
  const auto question = commitments.question(id);
  if (!question) return;
  const dimse::Proposal proposal{dimse::commitment_class, dimse::plain_syntaxes()};
  dimse::Requestor requestor(means.settings, means.stop, question->ae.calling, dimse::peer_of(question->ae),
                             {&proposal, 1});
  const Turn turn(task, longest_conversation, too_long);
  requestor.set_interruption([&] { return turn.is_over(); });
  turn.run([&] {
    dimse::request_commitment(
        requestor, question->information, means.settings.limits,
        [&](std::string_view information) { commitments.take_answer(id, information); });
  });
  requestor.release();
}

void find(const RemoteMeans& means, const db::Task& task) {
  db::Questions questions(means.pool);
  const std::int64_t id = number_of(task, "question");
  const auto question = questions.get(id);
  if (!question) throw Failure{FaultCode::out_of_resources, "nobody waits for the answer any more"};
  const std::chrono::seconds left{question->seconds_left};
  const Turn turn(task, left, "the answer took longer than the time limit");
  const char* sop_class = question->level == "PATIENT" ? dimse::root::patient_find : dimse::root::study_find;
  const dimse::Proposal proposal{sop_class, dimse::plain_syntaxes()};
  dimse::Requestor requestor(means.settings, means.stop, question->ae.calling, dimse::peer_of(question->ae),
                             {&proposal, 1});
  requestor.messages().set_idle_timeout(left);
  requestor.set_interruption([&] { return turn.is_over(); });
  bool are_more_wanted = true;
  turn.run([&] {
    dimse::ask(requestor, sop_class, question->identifier, means.settings.limits,
               [&](const std::vector<std::string>& answers) {
                 stop_if_lost(task);
                 return are_more_wanted = questions.add(id, answers);
               });
  });
  if (are_more_wanted) requestor.release();
}

// One pull, page after page.
class Pull {
 public:
  Pull(const RemoteMeans& means, const db::Task& task)
      : means_(means), task_(task), pulls_(means.pool), id_(number_of(task, "pull")) {}

  void run() {
    while (const auto page = pulls_.page(id_)) {
      const Turn turn(task_, means_.settings.pull_timeout,
                      "the other side took longer for the page than pull-timeout; it goes on after a pause");
      turn.run([&] { do_page(*page, turn); });
    }
  }

 private:
  using Step = db::Pulls::Step;

  void do_page(const db::Pulls::Page& page, const Turn& turn) {
    std::vector<dimse::Proposal> proposals{{dimse::root::study_find, dimse::plain_syntaxes()}};
    if (!page.uses_get) proposals.push_back({dimse::root::study_move, dimse::plain_syntaxes()});
    dimse::Requestor finder(means_.settings, means_.stop, page.ae.calling, dimse::peer_of(page.ae),
                            proposals);
    finder.messages().set_idle_timeout(means_.settings.idle_timeout);
    finder.set_interruption([&] { return turn.is_over(); });
    std::optional<dimse::Requestor> getter;
    std::deque<Step> steps{{false, "STUDY", page.identifier}};
    for (; !steps.empty(); steps.pop_front()) {
      stop_if_lost(task_);
      if (!pulls_.page(id_)) return;
      const Step& step = steps.front();
      if (!step.is_move) {
        for (Step& next : ask(finder, step)) steps.push_back(std::move(next));
        if (steps.size() > most_answers) fail_as_too_many();
      } else if (!page.uses_get) {
        count(dimse::move_to(finder, page.ae.calling, step.identifier));
      } else {
        if (!getter) open(getter, page, turn);
        get(page, *getter, step);
      }
    }
    if (getter) getter->release();
    finder.release();
    pulls_.page_done(id_);
  }

  std::vector<Step> ask(dimse::Requestor& finder, const Step& step) {
    std::vector<std::string> all;
    std::size_t bytes = 0;
    dimse::ask(finder, dimse::root::study_find, step.identifier, means_.settings.limits,
               [&](std::vector<std::string> answers) {
                 stop_if_lost(task_);
                 for (const std::string& answer : answers) bytes += answer.size();
                 std::move(answers.begin(), answers.end(), std::back_inserter(all));
                 if (all.size() > most_answers || bytes > most_answer_bytes) fail_as_too_many();
                 return true;
               });
    return pulls_.steps(id_, step.level, all);
  }

  void open(std::optional<dimse::Requestor>& getter, const db::Pulls::Page& page, const Turn& turn) const {
    getter.emplace(means_.settings, means_.stop, page.ae.calling, dimse::peer_of(page.ae),
                   dimse::get_proposals());
    getter->messages().set_idle_timeout(means_.settings.idle_timeout);
    getter->set_interruption([&] { return turn.is_over(); });
  }

  // Under a transfer of its own, which knows what was asked for.
  void get(const db::Pulls::Page& page, dimse::Requestor& getter, const Step& step) {
    const std::int64_t transfer_id = pulls_.open_transfer(id_, step.identifier);
    dimse::CStore store(means_.gateway, means_.store, means_.settings.limits,
                        {page.ae.ae_title, page.ae.calling});
    dimse::Tally tally;
    const auto said = dimse::get(
        getter, step.identifier,
        [&](const dimse::MessageStream::Command& command, const dimse::Requestor::Context& context) {
          return store.serve(getter.messages(), command, {context.abstract_syntax, context.transfer_syntax},
                             transfer_id, tally);
        });
    means_.gateway.close_association(transfer_id);
    // What came is ours to count; what could not be sent, the other side's.
    count({tally.stored + tally.duplicate + tally.conflict,
           std::max<std::uint64_t>(tally.refused + tally.failed, said.failed)});
  }

  [[noreturn]] static void fail_as_too_many() {
    throw Failure{FaultCode::too_large, "the filter finds too many at once: name a Study Date range"};
  }

  void count(const dimse::Retrieved& retrieved) { pulls_.got(id_, retrieved.completed, retrieved.failed); }

  static constexpr std::size_t most_answers = 200'000;
  static constexpr std::size_t most_answer_bytes = 256 << 20;

  const RemoteMeans& means_;
  const db::Task& task_;
  db::Pulls pulls_;
  std::int64_t id_;
};

}  // namespace

void add_remote_handlers(Workers& workers, const RemoteMeans& means) {
  workers.add("commit", 2, lease, [means](const db::Task& task) { report(means, task); });
  workers.add("ask_commitment", 2, lease, [means](const db::Task& task) { request(means, task); });
  workers.add("find_remote", 2, lease, [means](const db::Task& task) { find(means, task); });
  // One that never comes to an end holds one of them for pull-timeout.
  workers.add("pull", 6, lease, [means](const db::Task& task) { Pull(means, task).run(); });
}

}  // namespace pgpacs::tasks
