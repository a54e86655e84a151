#include "daemon/store/file_meta.h"

#include <gtest/gtest.h>

#include "extension/dicom/fault.h"
#include "tests/unit/dicom/builder.h"

namespace pgpacs::store {
namespace {

using namespace test;

constexpr char ct[] = "1.2.840.10008.5.1.4.1.1.2";
constexpr char explicit_uid[] = "1.2.840.10008.1.2.1";

// As the file lies in the store, and whatever its data set begins with.
std::string stored(const ReceiptMark& mark, const DataSet& data_set) {
  std::string bytes = make_marked_meta({ct, "1.2.3", explicit_uid, "CT1", "PGPACS"});
  bytes.replace(bytes.size() - mark_size, mark_size, encode(mark));
  return bytes + test::encode(data_set);
}

TEST(stored_file_meta, tells_who_sent_and_when_and_what) {
  ReceiptMark mark{.received_at = 1795369605123456};
  mark.sha256.fill(std::byte{0xA5});
  const std::string bytes = stored(mark, {text(0x00080016, "UI", ct)});
  const FoundFileMeta found = read_file_meta(dicom::as_bytes(bytes));
  EXPECT_EQ(found.meta.sop_class_uid, ct);
  EXPECT_EQ(found.meta.sop_instance_uid, "1.2.3");
  EXPECT_EQ(found.meta.transfer_syntax_uid, explicit_uid);
  EXPECT_EQ(found.meta.sending_ae_title, "CT1");
  EXPECT_EQ(found.meta.receiving_ae_title, "PGPACS");
  ASSERT_TRUE(found.mark);
  EXPECT_EQ(found.mark->received_at, mark.received_at);
  EXPECT_EQ(found.mark->sha256, mark.sha256);
  EXPECT_EQ(bytes.substr(found.size, 4), hex("0800 1600"));
}

TEST(stored_file_meta, ends_where_its_length_says) {  // a device has put group 0002 into the data set
  const std::string bytes =
      stored({}, {text(0x00020010, "UI", "1.2.840.10008.1.2"), text(0x00080016, "UI", ct)});
  const FoundFileMeta found = read_file_meta(dicom::as_bytes(bytes));
  EXPECT_EQ(found.meta.transfer_syntax_uid, explicit_uid);
  EXPECT_EQ(bytes.substr(found.size, 4), hex("0200 1000"));
}

TEST(stored_file_meta, of_another_program_has_no_mark) {
  const DataSet group = {text(0x00020003, "UI", "1.2.3"), text(0x00020100, "UI", "1.2.4"),
                         value(0x00020102, "OB", std::string(mark_size, 'x'))};
  const FoundFileMeta found = read_file_meta(dicom::as_bytes(file(group, "")));
  EXPECT_EQ(found.meta.sop_instance_uid, "1.2.3");
  EXPECT_EQ(found.meta.sending_ae_title, "");
  EXPECT_FALSE(found.mark);
}

// Any beginning of a file is refused or read, and nothing behind it is touched (ASan).
TEST(stored_file_meta, is_refused_where_it_is_cut) {
  const std::string whole = stored({}, {});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> bytes(dicom::as_bytes(whole).begin(),
                                       dicom::as_bytes(whole).begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_THROW(read_file_meta(bytes), dicom::Fault) << size;
  }
  EXPECT_THROW(read_file_meta(dicom::as_bytes(std::string(whole.size(), 'x'))), dicom::Fault);
  std::string no_length = whole;
  no_length[134] = '\1';  // (0002,0001) comes first
  EXPECT_THROW(read_file_meta(dicom::as_bytes(no_length)), dicom::Fault);
}

}  // namespace
}  // namespace pgpacs::store
