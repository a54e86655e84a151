#include "daemon/store/receipt.h"

#include "daemon/store/content.h"
#include "daemon/store/file_meta.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/uid.h"

namespace pgpacs::store {
namespace {

using dicom::FaultCode;

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
  const std::string meta = make_file_meta(sop_class_uid_, sop_instance_uid_, transfer_syntax_uid_);
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
  const db::NewInstance instance{transfer_id,    scanner_.header(), scanner_.gaps(), transfer_syntax_uid_,
                                 sop_class_uid_, sop_instance_uid_, store_.id(),     file_.id().text(),
                                 file_.size(),   data_set_offset_,  digest};
  db::IngestAnswer answer = ingest(gateway, instance, std::nullopt);
  // Every comparison is with the object of that moment; one that is replaced meanwhile is compared again.
  for (int i = 0; answer.outcome == db::Outcome::compare && i < 3; ++i)
    answer = compare_and_ingest(gateway, instance, answer);
  if (answer.outcome == db::Outcome::compare)
    throw Failure{FaultCode::out_of_resources, "the object of this UID changes while it is compared"};
  return answer;
}

db::IngestAnswer Receipt::compare_and_ingest(db::Gateway& gateway, const db::NewInstance& instance,
                                             const db::IngestAnswer& known) {
  const ContentSource ours{&store_, instance.file_id, data_set_offset_, syntax_of(transfer_syntax_uid_)};
  const Digest digest = content_digest(ours, limits_);
  Digest known_digest{};
  try {
    const ContentSource theirs{&store_, known.known_file_id, known.known_data_set_offset,
                               syntax_of(known.known_transfer_syntax_uid)};
    known_digest = content_digest(theirs, limits_);
  } catch (const Failure& failure) {
    // What cannot be read any more cannot be shown to be the same: both are kept, and a person decides.
    if (failure.code != FaultCode::file_missing) throw;
  }
  const db::Comparison comparison{known.known_file_id, digest, known_digest};
  return ingest(gateway, instance, comparison);
}

// From the call on the file stays, whatever happens to the answer; it goes only where a statement surely had
// no effect.
db::IngestAnswer Receipt::ingest(db::Gateway& gateway, const db::NewInstance& instance,
                                 const std::optional<db::Comparison>& comparison) {
  file_.keep();
  try {
    db::IngestAnswer answer = gateway.ingest(instance, comparison);
    const bool has_row = answer.outcome == db::Outcome::stored || answer.outcome == db::Outcome::conflict;
    if (!has_row) file_.let_go();
    return answer;
  } catch (const Failure& failure) {
    if (!failure.is_in_doubt) file_.let_go();
    throw;
  }
}

}  // namespace pgpacs::store
