#include "daemon/tasks/remote.h"

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
  dimse::report_commitment(requestor, *report);
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
  dimse::request_commitment(requestor, question->information, means.settings.limits,
                            [&](std::string_view information) { commitments.take_answer(id, information); });
  requestor.release();
}

void find(const RemoteMeans& means, const db::Task& task) {
  db::Questions questions(means.pool);
  const std::int64_t id = number_of(task, "question");
  const auto question = questions.get(id);
  if (!question) throw Failure{FaultCode::out_of_resources, "nobody waits for the answer any more"};
  const std::chrono::seconds left{question->seconds_left};
  const auto deadline = steady_clock::now() + left;
  const char* sop_class = question->level == "PATIENT" ? dimse::root::patient_find : dimse::root::study_find;
  const dimse::Proposal proposal{sop_class, dimse::plain_syntaxes()};
  dimse::Requestor requestor(means.settings, means.stop, question->ae.calling, dimse::peer_of(question->ae),
                             {&proposal, 1});
  requestor.messages().set_idle_timeout(left);
  // A byte now and then is no answer.
  requestor.set_interruption([&] { return task.is_lost() || steady_clock::now() > deadline; });
  bool are_more_wanted = true;
  dimse::ask(requestor, sop_class, question->identifier, means.settings.limits,
             [&](const std::vector<std::string>& answers) {
               stop_if_lost(task);
               if (steady_clock::now() > deadline)
                 throw Failure{FaultCode::peer_unreachable, "the answer took longer than the time limit"};
               return are_more_wanted = questions.add(id, answers);
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
      do_page(*page);
      pulls_.page_done(id_);
    }
  }

 private:
  using Step = db::Pulls::Step;

  void do_page(const db::Pulls::Page& page) {
    std::vector<dimse::Proposal> proposals{{dimse::root::study_find, dimse::plain_syntaxes()}};
    if (!page.uses_get) proposals.push_back({dimse::root::study_move, dimse::plain_syntaxes()});
    dimse::Requestor finder(means_.settings, means_.stop, page.ae.calling, dimse::peer_of(page.ae),
                            proposals);
    finder.messages().set_idle_timeout(means_.settings.idle_timeout);
    finder.set_interruption([this] { return task_.is_lost(); });
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
        get(page, getter, step);
      }
    }
    if (getter) getter->release();
    finder.release();
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

  void get(const db::Pulls::Page& page, std::optional<dimse::Requestor>& getter, const Step& step) {
    if (!getter) {
      getter.emplace(means_.settings, means_.stop, page.ae.calling, dimse::peer_of(page.ae),
                     dimse::get_proposals());
      getter->messages().set_idle_timeout(means_.settings.idle_timeout);
      getter->set_interruption([this] { return task_.is_lost(); });
      transfer_id_ = pulls_.open_transfer(id_);
    }
    dimse::CStore store(means_.gateway, means_.store, means_.settings.limits,
                        {page.ae.ae_title, page.ae.calling});
    count(dimse::get(
        *getter, step.identifier,
        [&](const dimse::MessageStream::Command& command, const dimse::Requestor::Context& context) {
          return store.serve(getter->messages(), command, {context.abstract_syntax, context.transfer_syntax},
                             transfer_id_, tally_);
        }));
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
  std::int64_t transfer_id_ = 0;
  dimse::Tally tally_;
};

}  // namespace

void add_remote_handlers(Workers& workers, const RemoteMeans& means) {
  workers.add("commit", 2, lease, [means](const db::Task& task) { report(means, task); });
  workers.add("ask_commitment", 1, lease, [means](const db::Task& task) { request(means, task); });
  workers.add("find_remote", 2, lease, [means](const db::Task& task) { find(means, task); });
  workers.add("pull", 2, lease, [means](const db::Task& task) { Pull(means, task).run(); });
}

}  // namespace pgpacs::tasks
