#include "daemon/store/entry.h"

#include <algorithm>
#include <optional>

#include "daemon/fault.h"
#include "daemon/log.h"
#include "daemon/store/content.h"
#include "daemon/store/stored_file.h"

namespace pgpacs::store {
namespace {

using dicom::FaultCode;

constexpr int most_looks = 4;  // at the file of a known UID

Digest to_digest(dicom::Bytes bytes) {
  Digest digest{};
  std::copy_n(bytes.begin(), digest.size(), digest.begin());
  return digest;
}

class Entry {
 public:
  Entry(const FileStore& store, const dicom::Limits& limits, const db::NewInstance& instance)
      : store_(store), limits_(limits), instance_(instance) {}

  // What the database has to know of the file that it names; nothing where its answer stands. Who sends again
  // may do so because our file is lost: a duplicate's goes only once the other one was seen to be whole.
  std::optional<db::Finding> look_at_known(const db::IngestAnswer& answer,
                                           const std::optional<db::Finding>& last) const;

 private:
  db::Finding compare(const db::IngestAnswer& known) const;

  const FileStore& store_;
  const dicom::Limits& limits_;
  const db::NewInstance& instance_;
};

std::optional<db::Finding> Entry::look_at_known(const db::IngestAnswer& answer,
                                                const std::optional<db::Finding>& last) const {
  if (answer.outcome == db::Outcome::compare) return compare(answer);
  if (answer.outcome != db::Outcome::duplicate) return std::nullopt;
  const bool was_read = last && !last->is_damaged && last->known_file_id == answer.known_file_id;
  if (was_read || is_intact(store_, answer.known_file_id, answer.known_file_size,
                            answer.known_data_set_offset, to_digest(instance_.sha256)))
    return std::nullopt;
  log::error("the file {} of the store is missing or damaged; the same data set came again",
             answer.known_file_id);
  return db::Finding{.known_file_id = answer.known_file_id, .is_damaged = true};
}

db::Finding Entry::compare(const db::IngestAnswer& known) const {
  db::Finding finding{.known_file_id = known.known_file_id};
  finding.content_digest = content_digest(
      {&store_, instance_.file_id, instance_.data_set_offset, syntax_of(instance_.transfer_syntax_uid)},
      limits_);
  try {
    finding.known_content_digest = content_digest({&store_, known.known_file_id, known.known_data_set_offset,
                                                   syntax_of(known.known_transfer_syntax_uid)},
                                                  limits_);
  } catch (const Failure& failure) {
    // What cannot be read any more cannot be shown to be the same: both are kept, and a person decides.
    if (failure.code == FaultCode::out_of_resources) throw;
  }
  return finding;
}

}  // namespace

dicom::TransferSyntax syntax_of(std::string_view uid) {
  const auto syntax = dicom::find_transfer_syntax(uid);
  if (!syntax) throw Failure{FaultCode::unknown_transfer_syntax, "the transfer syntax is not known"};
  return *syntax;
}

db::IngestAnswer enter(FileStore& store, const dicom::Limits& limits, db::Gateway& gateway,
                       db::NewInstance instance, const Remark& remark) {
  const Entry entry(store, limits, instance);
  // What is found out is of the known file of that moment; where another takes its place, that one is looked
  // at.
  std::optional<db::Finding> finding;
  for (int i = 0; i < most_looks; ++i) {
    db::IngestAnswer answer = gateway.ingest(instance, finding);
    finding = entry.look_at_known(answer, finding);
    if (!finding) return answer;
    if (!remark) continue;
    // In the place of a damaged file it has come when that one did; else after the one that was there.
    instance.received_at = finding->is_damaged ? answer.known_received_at : store.next_moment();
    remark(instance.received_at);
  }
  throw Failure{FaultCode::out_of_resources, "the object of this UID changes while it is looked at"};
}

}  // namespace pgpacs::store
