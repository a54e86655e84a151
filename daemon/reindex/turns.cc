#include "daemon/reindex/turns.h"

#include <algorithm>

namespace pgpacs::reindex {

bool Subjects::share(const Subjects& other) const {
  const auto is_same = [](const std::string& a, const std::string& b) { return !a.empty() && a == b; };
  return is_same(study_instance_uid, other.study_instance_uid) || is_same(patient_id, other.patient_id) ||
         is_same(sop_instance_uid, other.sop_instance_uid);
}

std::optional<Turns::Turn> Turns::take() {
  const std::scoped_lock lock(mutex_);
  if (is_stopped_ || next_ == count_) return std::nullopt;
  under_way_.emplace(next_, std::nullopt);
  return Turn(*this, next_++);
}

void Turns::stop() {
  const std::scoped_lock lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
}

bool Turns::is_free(std::size_t number) const {
  const auto mine = under_way_.find(number);
  return std::all_of(under_way_.begin(), mine, [&](const auto& before) {
    return before.second && !before.second->share(*mine->second);
  });
}

bool Turns::Turn::wait(Subjects subjects) {
  std::unique_lock lock(turns_->mutex_);
  turns_->under_way_[number_] = std::move(subjects);
  turns_->changed_.notify_all();
  turns_->changed_.wait(lock, [this] { return turns_->is_stopped_ || turns_->is_free(number_); });
  return !turns_->is_stopped_;
}

Turns::Turn::~Turn() {
  if (turns_ == nullptr) return;
  const std::scoped_lock lock(turns_->mutex_);
  turns_->under_way_.erase(number_);
  turns_->changed_.notify_all();
}

}  // namespace pgpacs::reindex
