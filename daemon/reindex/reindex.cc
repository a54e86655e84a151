#include "daemon/reindex/reindex.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "daemon/fault.h"
#include "daemon/log.h"
#include "daemon/reindex/inventory.h"
#include "daemon/reindex/progress.h"
#include "daemon/reindex/turns.h"
#include "daemon/reindex/workers.h"
#include "daemon/store/entry.h"
#include "daemon/store/file_meta.h"
#include "daemon/store/stored_file.h"
#include "extension/dicom/header_scanner.h"

namespace pgpacs::reindex {
namespace {

using dicom::FaultCode;

// What was taken once is taken again, whatever pacsd is set to now.
constexpr dicom::Limits limits{};

// Transfers of this run by the AE titles that the files name.
class Transfers {
 public:
  explicit Transfers(db::Gateway& gateway) : gateway_(gateway) {}

  std::int64_t of(const store::FileMeta& meta) {
    const std::scoped_lock lock(mutex_);
    const auto [place, is_new] = ids_.try_emplace({meta.sending_ae_title, meta.receiving_ae_title});
    if (is_new || place->second == 0)
      place->second = gateway_.open_reindex(meta.sending_ae_title, meta.receiving_ae_title);
    return place->second;
  }

 private:
  db::Gateway& gateway_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::int64_t> ids_;
};

// A file as a receipt would have seen it stream past.
struct Scanned {
  store::FoundFileMeta found;
  std::uint64_t size = 0;
  store::Digest sha256{};
  dicom::HeaderScanner scanner;
};

Scanned scan(const store::FileStore& store, const std::string& file_id) {
  store::StoredFile file(store, file_id);
  store::FoundFileMeta found = store::read_file_meta(file.read(0, store::most_file_meta));
  Scanned scanned{found, file.size(), {}, {store::syntax_of(found.meta.transfer_syntax_uid), limits}};
  store::Sha256 digest;
  file.give(found.size, scanned.size, [&](dicom::Bytes piece) {
    digest.add(piece);
    scanned.scanner.feed(piece);
  });
  scanned.sha256 = digest.finish();
  if (found.mark && found.mark->sha256 != scanned.sha256)
    throw Failure{FaultCode::file_missing, "its data set is not what was received: the digest differs"};
  scanned.scanner.finish();
  return scanned;
}

Subjects subjects_of(const Scanned& scanned) {
  const auto value = [&](dicom::Tag tag) { return std::string(scanned.scanner.find(tag)); };
  return {value(dicom::tags::study_instance_uid), value(dicom::tags::patient_id),
          scanned.found.meta.sop_instance_uid};
}

class Reindex {
 public:
  Reindex(store::FileStore& store, db::Gateway& gateway, const Inventory& inventory)
      : store_(store),
        gateway_(gateway),
        inventory_(inventory),
        transfers_(gateway),
        turns_(inventory.waiting.size()),
        progress_(inventory.waiting.size()) {}

  void run(unsigned workers) {
    run_workers(workers, [this] {
      try {
        while (auto turn = turns_.take()) take(*turn);
      } catch (...) {
        // What follows in its study must not come before it.
        turns_.stop();
        throw;
      }
    });
  }

  const Progress& progress() const { return progress_; }

 private:
  void take(Turns::Turn& turn) {
    const Waiting& file = inventory_.waiting[turn.number()];
    const std::string file_id = file.id.text();
    try {
      store::with_failures([&] {
        const Scanned scanned = scan(store_, file_id);
        if (turn.wait(subjects_of(scanned))) count(file_id, enter(scanned, file, file_id));
      });
    } catch (const Failure& failure) {
      // Ours, and no word about the file: asked for something else, a database that is away says so again.
      if (failure.code == FaultCode::out_of_resources) gateway_.stores();
      log::warn("file {}: {}", file_id, failure.what);
      progress_.count_failure();
    }
  }

  db::IngestAnswer enter(const Scanned& scanned, const Waiting& file, const std::string& file_id) {
    const store::FileMeta& meta = scanned.found.meta;
    const db::NewInstance instance{.transfer_id = transfers_.of(meta),
                                   .header = scanned.scanner.header(),
                                   .gaps = scanned.scanner.gaps(),
                                   .fragments = scanned.scanner.fragments().numbers(),
                                   .transfer_syntax_uid = meta.transfer_syntax_uid,
                                   .sop_class_uid = meta.sop_class_uid,
                                   .sop_instance_uid = meta.sop_instance_uid,
                                   .store_id = store_.id(),
                                   .file_id = file_id,
                                   .file_size = scanned.size,
                                   .data_set_offset = scanned.found.size,
                                   .sha256 = scanned.sha256,
                                   .received_at = file.received_at,
                                   .is_reindexed = true};
    return store::enter(store_, limits, gateway_, instance, {});
  }

  void count(const std::string& file_id, const db::IngestAnswer& answer) {
    if (answer.outcome == db::Outcome::refused) log::warn("file {}: refused: {}", file_id, answer.reason);
    if (answer.outcome == db::Outcome::duplicate)
      log::info("file {}: the same object as in {}; it stays without a row", file_id, answer.known_file_id);
    progress_.count(answer.outcome);
  }

  store::FileStore& store_;
  db::Gateway& gateway_;
  const Inventory& inventory_;
  Transfers transfers_;
  Turns turns_;
  Progress progress_;
};

}  // namespace

bool reindex(store::FileStore& store, db::Gateway& gateway, unsigned workers) {
  log::info("reindex: looking through {}", store.root().native());
  const Inventory inventory = take_inventory(store, gateway, workers);
  log::info("reindex: {} files, of which {} have no row", inventory.files,
            inventory.waiting.size() + inventory.unreadable);
  Reindex work(store, gateway, inventory);
  work.run(workers);
  return work.progress().report(inventory);
}

}  // namespace pgpacs::reindex
