#include "daemon/store/receipt.h"

#include <utility>

#include "daemon/fault.h"
#include "daemon/store/entry.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/uid.h"

namespace pgpacs::store {
namespace {

using dicom::FaultCode;

FileMeta checked(FileMeta meta) {
  if (!dicom::is_valid_uid(meta.sop_class_uid)) throw Failure{FaultCode::bad_uid, "no UID in (0000,0002)"};
  if (!dicom::is_valid_uid(meta.sop_instance_uid)) throw Failure{FaultCode::bad_uid, "no UID in (0000,1000)"};
  return meta;
}

}  // namespace

Receipt::Receipt(FileStore& store, const dicom::Limits& limits, FileMeta meta)
    : store_(store),
      limits_(limits),
      meta_(checked(std::move(meta))),
      file_(store.receive()),
      scanner_(syntax_of(meta_.transfer_syntax_uid), limits) {
  const std::string bytes = make_marked_meta(meta_);
  data_set_offset_ = static_cast<std::uint32_t>(bytes.size());
  file_.write(dicom::as_bytes(bytes));
}

void Receipt::add(dicom::Bytes bytes) {
  file_.write(bytes);
  sha256_.add(bytes);
  with_failures([&] { scanner_.feed(bytes); });
}

void Receipt::mark(db::Moment received_at) {
  file_.write_over(data_set_offset_ - mark_size, dicom::as_bytes(encode({received_at, digest_})));
}

db::IngestAnswer Receipt::finish(db::Gateway& gateway, std::int64_t transfer_id) {
  with_failures([&] { scanner_.finish(); });
  digest_ = sha256_.finish();
  const db::Moment received_at = store_.next_moment();
  mark(received_at);
  file_.place();
  const db::NewInstance instance{.transfer_id = transfer_id,
                                 .header = scanner_.header(),
                                 .gaps = scanner_.gaps(),
                                 .fragments = scanner_.fragments().numbers(),
                                 .transfer_syntax_uid = meta_.transfer_syntax_uid,
                                 .sop_class_uid = meta_.sop_class_uid,
                                 .sop_instance_uid = meta_.sop_instance_uid,
                                 .store_id = store_.id(),
                                 .file_id = file_.id().text(),
                                 .file_size = file_.size(),
                                 .data_set_offset = data_set_offset_,
                                 .sha256 = digest_,
                                 .received_at = received_at};
  return enter_or_let_go(gateway, instance);
}

// From the call on the file stays, whatever happens to the answer; it goes only where the last statement
// surely had no effect.
db::IngestAnswer Receipt::enter_or_let_go(db::Gateway& gateway, const db::NewInstance& instance) {
  file_.keep();
  try {
    db::IngestAnswer answer = enter(store_, limits_, gateway, instance, [this](db::Moment moment) {
      mark(moment);
      file_.sync_again();
    });
    const bool has_row = answer.outcome == db::Outcome::stored || answer.outcome == db::Outcome::conflict;
    if (!has_row) file_.let_go();
    return answer;
  } catch (const Failure& failure) {
    if (!failure.is_in_doubt) file_.let_go();
    throw;
  }
}

}  // namespace pgpacs::store
