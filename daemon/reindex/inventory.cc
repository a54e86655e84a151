#include "daemon/reindex/inventory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "daemon/fault.h"
#include "daemon/log.h"
#include "daemon/reindex/workers.h"
#include "daemon/store/entry.h"
#include "daemon/store/file_meta.h"
#include "extension/dicom/uid.h"

namespace pgpacs::reindex {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_asked_at_once = 1000;

bool is_folder_of_store(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename();
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return name.size() == 2 && std::ranges::all_of(name, is_hex) &&
         entry.symlink_status().type() == fs::file_type::directory;
}

// The id of a file that lies where the store would look for it.
std::optional<store::FileId> id_of(const fs::directory_entry& entry) {
  const fs::path& path = entry.path();
  const auto id = store::parse_file_id(path.stem().native());
  if (!id || path.extension() != ".dcm" || entry.symlink_status().type() != fs::file_type::regular)
    return std::nullopt;
  const std::string folders =
      path.parent_path().parent_path().filename().native() + path.parent_path().filename().native();
  return id->text().starts_with(folders) ? id : std::nullopt;
}

// From before there were marks: when it was written last, which a copy that keeps times keeps.
db::Moment moment_of_change(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) throw Failure{dicom::FaultCode::file_missing, "it cannot be read"};
  return db::Moment{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1'000;
}

// One worker's part of the walk: some of the outer folders.
class Part {
 public:
  Part(const store::FileStore& store, db::Gateway& gateway) : store_(store), gateway_(gateway) {}

  void walk(const fs::path& outer) {
    std::uint64_t foreign = 0;
    for (const fs::directory_entry& folder : fs::directory_iterator(outer)) {
      if (is_folder_of_store(folder))
        walk_folder(folder.path());
      else
        ++foreign;
    }
    note_foreign(outer, foreign);
  }

  void note_foreign(const fs::path& folder, std::uint64_t count) {
    // A name that is not ours may be a patient's.
    if (count > 0) log::warn("folder {}: {} entries that are not the store's", folder.native(), count);
    found_.foreign += count;
  }

  Inventory finish() {
    ask();
    return std::move(found_);
  }

 private:
  void walk_folder(const fs::path& folder) {
    std::uint64_t foreign = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (const auto id = id_of(entry))
        look_at(*id);
      else
        ++foreign;
    }
    note_foreign(folder, foreign);
  }

  void look_at(const store::FileId& id) {
    ++found_.files;
    try {
      const store::Descriptor file = store_.open(id.text());
      const store::FoundFileMeta found = read_head(file.get());
      asked_.push_back({id.text(), found.meta.sop_instance_uid});
      unsure_.push_back({found.mark ? found.mark->received_at : moment_of_change(file.get()), id});
    } catch (const Failure& failure) {
      ++found_.unreadable;
      log::warn("file {}: {}", id.text(), failure.what);
    }
    if (asked_.size() == files_asked_at_once) ask();
  }

  store::FoundFileMeta read_head(int file) {
    const ssize_t count = ::pread(file, head_.data(), head_.size(), 0);
    if (count < 0) throw Failure{dicom::FaultCode::file_missing, "it cannot be read"};
    store::FoundFileMeta found;
    store::with_failures(
        [&] { found = store::read_file_meta(dicom::Bytes(head_).first(static_cast<std::size_t>(count))); });
    if (!dicom::is_valid_uid(found.meta.sop_instance_uid))
      throw Failure{dicom::FaultCode::bad_uid, "no UID in (0002,0003)"};
    return found;
  }

  // Keeps those of the files looked at since that no row names.
  void ask() {
    if (asked_.empty()) return;
    std::vector<std::string> without = gateway_.files_without_row(asked_);
    std::ranges::sort(without);
    for (std::size_t i = 0; i < asked_.size(); ++i)
      if (std::ranges::binary_search(without, asked_[i].file_id)) found_.waiting.push_back(unsure_[i]);
    asked_.clear();
    unsure_.clear();
  }

  const store::FileStore& store_;
  db::Gateway& gateway_;
  Inventory found_;
  std::vector<db::NamedFile> asked_;
  std::vector<Waiting> unsure_;  // the same
  std::vector<std::byte> head_ = std::vector<std::byte>(store::most_file_meta);
};

void add(Inventory& to, Inventory part) {
  to.waiting.insert(to.waiting.end(), part.waiting.begin(), part.waiting.end());
  to.files += part.files;
  to.unreadable += part.unreadable;
  to.foreign += part.foreign;
}

}  // namespace

Inventory take_inventory(const store::FileStore& store, db::Gateway& gateway, unsigned workers) {
  std::vector<fs::path> folders;
  std::uint64_t foreign = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(store.root())) {
    if (is_folder_of_store(entry))
      folders.push_back(entry.path());
    else if (entry.path().filename() != store::incoming_folder)
      ++foreign;
  }
  Inventory all;
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  run_workers(workers, [&] {
    Part part(store, gateway);
    for (std::size_t i = next++; i < folders.size(); i = next++) part.walk(folders[i]);
    Inventory found = part.finish();
    const std::scoped_lock lock(mutex);
    add(all, std::move(found));
  });
  Part(store, gateway).note_foreign(store.root(), foreign);
  all.foreign += foreign;
  std::ranges::sort(all.waiting, {}, [](const Waiting& w) { return std::tie(w.received_at, w.id.bytes); });
  return all;
}

}  // namespace pgpacs::reindex
