#include "daemon/reindex/progress.h"

#include <algorithm>

#include "daemon/log.h"

namespace pgpacs::reindex {
namespace {

constexpr std::chrono::seconds between_lines{5};

}  // namespace

void Progress::count(db::Outcome outcome) {
  const std::scoped_lock lock(mutex_);
  switch (outcome) {
    case db::Outcome::stored: ++stored_; break;
    case db::Outcome::conflict: ++conflict_; break;
    case db::Outcome::duplicate: ++duplicate_; break;
    case db::Outcome::known: ++known_; break;
    case db::Outcome::refused:
    case db::Outcome::compare: ++failed_; break;
  }
  step();
}

void Progress::count_failure() {
  const std::scoped_lock lock(mutex_);
  ++failed_;
  step();
}

void Progress::step() {
  ++done_;
  if (Clock::now() - said_ < between_lines) return;
  said_ = Clock::now();
  log::info("reindex: {} of {} files, {:.0f} a second", done_, total_, rate());
}

double Progress::rate() const {
  const std::chrono::duration<double> took = Clock::now() - began_;
  return static_cast<double>(done_) / std::max(took.count(), 1e-6);
}

bool Progress::report(const Inventory& inventory) const {
  const std::uint64_t not_taken = failed_ + inventory.unreadable;
  log::info(
      "reindex: {} files: {} had a row, {} stored, {} into quarantine, {} the same as others, {} not taken, "
      "{} "
      "entries that are not the store's; {:.0f} files a second",
      inventory.files, inventory.files - inventory.unreadable - total_ + known_, stored_, conflict_,
      duplicate_, not_taken, inventory.foreign, rate());
  return not_taken == 0;
}

}  // namespace pgpacs::reindex
