// dicom.rewrite: bytes and edits in, bytes out.
#include <optional>
#include <string_view>

#include "extension/dicom/edits_json.h"
#include "extension/dicom/rewriter.h"
#include "extension/pg/border.h"
#include "extension/pg/settings.h"

#include "extension/pg/server.h"

namespace pgpacs::pg {
namespace {

using dicom::Bytes;
using dicom::Edits;

// What a bytea holds, file meta information aside.
constexpr std::size_t longest_data_set = MaxAllocSize - VARHDRSZ - 4096;

struct Arguments {
  Bytes data;
  std::string_view edits;
  std::string_view transfer_syntax_uid;
  dicom::WriteAs write_as;
};

// The work where it has stopped. Lives as long as the backend; empty between calls, also after one that an
// error or a cancel has ended: it may hold gigabytes.
struct Rewriting {
  Edits edits;
  Edits::Number in_hand = Edits::none;
  std::optional<dicom::Rewriter> rewriter;

  void clear() {
    rewriter.reset();
    edits = Edits{};
    in_hand = Edits::none;
  }
  Edits::Number edit() const { return rewriter ? rewriter->edit() : in_hand; }
};

Rewriting& rewriting() {
  static Rewriting only;
  return only;
}

// A fault of an edit says which.
template <typename Body>
void run(Body&& body) {
  Outcome outcome = protect(body);
  const Edits::Number edit = rewriting().edit();
  if (!outcome.is_ok && edit != Edits::none) outcome.name("edit", edit);
  raise_unless_ok(outcome);
}

// In pieces, so that a statement can be cancelled.
void rewrite(const Arguments& arguments) {
  run([&] {
    Rewriting& state = rewriting();
    state.clear();
    state.edits = dicom::parse_edits(arguments.edits, state.in_hand);
    state.rewriter.emplace(arguments.data, arguments.transfer_syntax_uid, state.edits, arguments.write_as,
                           longest_data_set, limits());
  });
  bool is_done = false;
  while (!is_done) {
    run([&] { is_done = !rewriting().rewriter->work(); });
    CHECK_FOR_INTERRUPTS();
  }
}

void clear_with_context() {
  auto* callback = static_cast<MemoryContextCallback*>(palloc(sizeof(MemoryContextCallback)));
  callback->func = [](void*) { protect([] { rewriting().clear(); }); };
  callback->arg = nullptr;
  MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
}

bytea* copy_result() {
  const Bytes head = rewriting().rewriter->head();
  const Bytes data_set = rewriting().rewriter->data_set();
  const Size size = VARHDRSZ + head.size() + data_set.size();
  auto* result = static_cast<bytea*>(palloc(size));
  SET_VARSIZE(result, size);
  memcpy(VARDATA(result), head.data(), head.size());
  memcpy(VARDATA(result) + head.size(), data_set.data(), data_set.size());
  return result;
}

}  // namespace
}  // namespace pgpacs::pg

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_rewrite);
}

using namespace pgpacs::pg;

// dicom.rewrite(data bytea, edits jsonb, transfer_syntax_uid text, to_explicit_little_endian boolean) returns
// bytea
Datum pgpacs_rewrite(PG_FUNCTION_ARGS) {
  bytea* data = PG_GETARG_BYTEA_PP(0);
  Jsonb* edits = PG_GETARG_JSONB_P(1);
  text* uid = PG_GETARG_TEXT_PP(2);
  if (GetDatabaseEncoding() != PG_UTF8)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the database must be encoded in UTF8")));
  const char* json = JsonbToCString(nullptr, &edits->root, static_cast<int>(VARSIZE(edits)));
  Arguments arguments;
  arguments.data = {reinterpret_cast<const std::byte*>(VARDATA_ANY(data)), VARSIZE_ANY_EXHDR(data)};
  arguments.edits = json;
  arguments.transfer_syntax_uid = {VARDATA_ANY(uid), VARSIZE_ANY_EXHDR(uid)};
  arguments.write_as =
      PG_GETARG_BOOL(3) ? pgpacs::dicom::WriteAs::explicit_little_endian : pgpacs::dicom::WriteAs::it_came;
  clear_with_context();
  rewrite(arguments);
  bytea* result = copy_result();
  raise_unless_ok(protect([] { rewriting().clear(); }));
  PG_RETURN_BYTEA_P(result);
}
