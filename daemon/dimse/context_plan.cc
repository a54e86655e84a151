#include "daemon/dimse/context_plan.h"

#include <algorithm>
#include <map>

#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::dimse {
namespace {

namespace syntax = dicom::transfer_syntax_uid;
constexpr std::string_view uncompressed[] = {syntax::explicit_little, syntax::implicit_little};

void add_once(std::vector<std::string>& list, std::string_view value) {
  if (std::ranges::find(list, value) == list.end()) list.emplace_back(value);
}

// Objects of one SOP class.
struct ClassPlan {
  std::string sop_class_uid;
  std::vector<std::string> syntaxes;
  std::vector<std::size_t> objects;
};

std::vector<ClassPlan> group_by_class(std::span<const db::StoredInstance> objects) {
  std::vector<ClassPlan> classes;
  std::map<std::string_view, std::size_t> at;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto [found, is_new] = at.emplace(objects[i].sop_class_uid, classes.size());
    if (is_new) classes.push_back({objects[i].sop_class_uid, {}, {}});
    ClassPlan& own = classes[found->second];
    add_once(own.syntaxes, objects[i].transfer_syntax_uid);
    own.objects.push_back(i);
  }
  return classes;
}

// A device can store one class in more syntaxes than an association has contexts for: the last are left out.
void complete(ClassPlan& plan, std::span<const std::string> preferred) {
  std::vector<std::string> wanted(uncompressed, std::end(uncompressed));
  for (const auto& list :
       {std::span<const std::string>(preferred), std::span<const std::string>(plan.syntaxes)})
    for (const std::string& uid : list)
      if (wanted.size() < most_contexts) add_once(wanted, uid);
  plan.syntaxes = std::move(wanted);
}

}  // namespace

std::vector<ContextPlan> plan_contexts(std::span<const db::StoredInstance> objects,
                                       std::span<const std::string> preferred) {
  std::vector<ContextPlan> plans;
  for (ClassPlan& own : group_by_class(objects)) {
    complete(own, preferred);
    if (plans.empty() || plans.back().proposals.size() + own.syntaxes.size() > most_contexts)
      plans.emplace_back();
    for (const std::string& uid : own.syntaxes) plans.back().proposals.push_back({own.sop_class_uid, {uid}});
    auto& list = plans.back().objects;
    list.insert(list.end(), own.objects.begin(), own.objects.end());
  }
  for (ContextPlan& plan : plans) std::ranges::sort(plan.objects);
  return plans;
}

std::optional<Requestor::Context> choose_context(std::span<const Requestor::Context> accepted,
                                                 const db::StoredInstance& object,
                                                 std::span<const std::string> preferred,
                                                 const CanTranscode& can_transcode) {
  const std::string& stored = object.transfer_syntax_uid;
  const Requestor::Context* best = nullptr;
  std::size_t best_rank = 0;
  // Lower is better.
  const auto rank = [&](const std::string& uid) -> std::size_t {
    const auto at = static_cast<std::size_t>(std::ranges::find(preferred, uid) - preferred.begin());
    const bool is_preferred = at < preferred.size();
    if (uid == stored) return is_preferred ? 0 : preferred.size() + 1;
    if (is_preferred) return at + 1;
    const auto plain = std::ranges::find(uncompressed, uid) - std::begin(uncompressed);
    return preferred.size() + 2 + static_cast<std::size_t>(plain);
  };
  for (const Requestor::Context& context : accepted) {
    if (context.abstract_syntax != object.sop_class_uid) continue;
    const std::string& uid = context.transfer_syntax;
    if (uid != stored && !can_transcode(stored, uid)) continue;
    // What is edited would have to be deflated anew.
    if (object.edits && uid == syntax::deflated_explicit_little) continue;
    if (best != nullptr && rank(uid) >= best_rank) continue;
    best = &context;
    best_rank = rank(uid);
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace pgpacs::dimse
