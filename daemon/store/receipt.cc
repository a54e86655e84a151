#include "daemon/store/receipt.h"

#include "daemon/log.h"
#include "daemon/store/content.h"
#include "daemon/store/stored_file.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/file_meta.h"
#include "extension/dicom/uid.h"

namespace pgpacs::store {
namespace {

using dicom::FaultCode;

constexpr int most_looks = 4;  // at the file of a known UID

dicom::TransferSyntax syntax_of(std::string_view uid) {
  const auto syntax = dicom::find_transfer_syntax(uid);
  if (!syntax) throw Failure{FaultCode::unknown_transfer_syntax, "the transfer syntax is not known"};
  return *syntax;
}

std::string checked(std::string_view uid, const char* what) {
  if (!dicom::is_valid_uid(uid)) throw Failure{FaultCode::bad_uid, what};
  return std::string(uid);
}

// Runs what may throw a Fault of the library and gives it words.
template <typename Work>
void with_failures(Work&& work) {
  try {
    work();
  } catch (const dicom::Fault& fault) {
    throw Failure{fault.code, message(fault)};
  }
}

}  // namespace

Receipt::Receipt(FileStore& store, const dicom::Limits& limits, std::string_view sop_class_uid,
                 std::string_view sop_instance_uid, std::string_view transfer_syntax_uid)
    : store_(store),
      limits_(limits),
      sop_class_uid_(checked(sop_class_uid, "no UID in (0000,0002)")),
      sop_instance_uid_(checked(sop_instance_uid, "no UID in (0000,1000)")),
      transfer_syntax_uid_(transfer_syntax_uid),
      file_(store.receive()),
      scanner_(syntax_of(transfer_syntax_uid), limits) {
  const std::string meta = dicom::make_file_meta(sop_class_uid_, sop_instance_uid_, transfer_syntax_uid_);
  data_set_offset_ = static_cast<std::uint32_t>(meta.size());
  file_.write(dicom::as_bytes(meta));
}

void Receipt::add(dicom::Bytes bytes) {
  file_.write(bytes);
  sha256_.add(bytes);
  with_failures([&] { scanner_.feed(bytes); });
}

db::IngestAnswer Receipt::finish(db::Gateway& gateway, std::int64_t transfer_id) {
  with_failures([&] { scanner_.finish(); });
  file_.place();
  const Digest digest = sha256_.finish();
  const db::NewInstance instance{
      transfer_id,          scanner_.header(), scanner_.gaps(),   scanner_.fragments().numbers(),
      transfer_syntax_uid_, sop_class_uid_,    sop_instance_uid_, store_.id(),
      file_.id().text(),    file_.size(),      data_set_offset_,  digest};
  // What is found out is of the known file of that moment; where another takes its place, that one is looked
  // at.
  std::optional<db::Finding> finding;
  for (int i = 0; i < most_looks; ++i) {
    db::IngestAnswer answer = ingest(gateway, instance, finding);
    finding = look_at_known(instance, digest, answer, finding);
    if (!finding) return answer;
  }
  throw Failure{FaultCode::out_of_resources, "the object of this UID changes while it is looked at"};
}

// What the database has to know of the file that it names; nothing where its answer stands. Who sends again
// may do so because our file is lost: a duplicate's goes only once the other one was seen to be whole.
std::optional<db::Finding> Receipt::look_at_known(const db::NewInstance& instance, const Digest& sha256,
                                                  const db::IngestAnswer& answer,
                                                  const std::optional<db::Finding>& last) const {
  if (answer.outcome == db::Outcome::compare) return compare(instance, answer);
  if (answer.outcome != db::Outcome::duplicate) return std::nullopt;
  const bool was_read = last && !last->is_damaged && last->known_file_id == answer.known_file_id;
  if (was_read ||
      is_intact(store_, answer.known_file_id, answer.known_file_size, answer.known_data_set_offset, sha256))
    return std::nullopt;
  log::error("the file {} of the store is missing or damaged; the same data set came again",
             answer.known_file_id);
  return db::Finding{.known_file_id = answer.known_file_id, .is_damaged = true};
}

db::Finding Receipt::compare(const db::NewInstance& instance, const db::IngestAnswer& known) const {
  db::Finding finding{.known_file_id = known.known_file_id};
  finding.content_digest =
      content_digest({&store_, instance.file_id, data_set_offset_, syntax_of(transfer_syntax_uid_)}, limits_);
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

// From the call on the file stays, whatever happens to the answer; it goes only where a statement surely had
// no effect.
db::IngestAnswer Receipt::ingest(db::Gateway& gateway, const db::NewInstance& instance,
                                 const std::optional<db::Finding>& finding) {
  file_.keep();
  try {
    db::IngestAnswer answer = gateway.ingest(instance, finding);
    const bool has_row = answer.outcome == db::Outcome::stored || answer.outcome == db::Outcome::conflict;
    if (!has_row) file_.let_go();
    return answer;
  } catch (const Failure& failure) {
    if (!failure.is_in_doubt) file_.let_go();
    throw;
  }
}

}  // namespace pgpacs::store
