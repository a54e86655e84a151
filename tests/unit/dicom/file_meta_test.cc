#include "extension/dicom/file_meta.h"

#include <gtest/gtest.h>

#include "extension/dicom/part10.h"
#include "extension/dicom/uid.h"
#include "tests/unit/dicom/builder.h"

namespace pgpacs::dicom {
namespace {

using namespace test;

constexpr char ct[] = "1.2.840.10008.5.1.4.1.1.2";
constexpr char explicit_uid[] = "1.2.840.10008.1.2.1";

TEST(file_meta, is_as_PS3_10_wants_it) {  // PS3.10 table 7.1-1
  for (const char* instance_uid : {"1.2.3", "1.2.34"}) {
    const DataSet group = {value(0x00020001, "OB", hex("0001")),
                           text(0x00020002, "UI", ct),
                           text(0x00020003, "UI", instance_uid),
                           text(0x00020010, "UI", explicit_uid),
                           text(0x00020012, "UI", implementation_class_uid),
                           text(0x00020013, "SH", implementation_version_name)};
    EXPECT_EQ(make_file_meta({ct, instance_uid, explicit_uid}), file(group, ""));
  }
}

TEST(file_meta, names_both_ends_and_ends_with_what_is_ours) {
  const DataSet group = {value(0x00020001, "OB", hex("0001")),
                         text(0x00020010, "UI", explicit_uid),
                         text(0x00020012, "UI", implementation_class_uid),
                         text(0x00020013, "SH", implementation_version_name),
                         text(0x00020017, "AE", "CT1"),
                         text(0x00020018, "AE", "PGPACS"),
                         text(0x00020100, "UI", implementation_class_uid),
                         value(0x00020102, "OB", "ours")};
  EXPECT_EQ(make_file_meta({"", "", explicit_uid, "CT1", "PGPACS", "ours"}), file(group, ""));
}

TEST(file_meta, is_read_back) {
  const std::string bytes =
      make_file_meta({ct, "1.2.3", explicit_uid}) + encode({text(0x00080016, "UI", ct)});
  dicom::Defects defects;
  const dicom::FileLayout layout = find_data_set(dicom::as_bytes(bytes), {}, defects);
  EXPECT_EQ(layout.transfer_syntax_uid, explicit_uid);
  EXPECT_EQ(layout.media_storage_sop_class_uid, ct);
  EXPECT_EQ(bytes.substr(layout.data_set_at, 4), hex("0800 1600"));
  EXPECT_TRUE(defects.list().empty());
}

TEST(file_meta, names_us_in_the_length_that_is_allowed) {  // PS3.5 B.2 and 6.2
  EXPECT_TRUE(dicom::is_valid_uid(implementation_class_uid));
  EXPECT_LE(implementation_class_uid.size() - std::string_view("2.25.").size(),
            std::string_view("340282366920938463463374607431768211455").size());
  EXPECT_LE(implementation_version_name.size(), 16u);
}

}  // namespace
}  // namespace pgpacs::dicom
