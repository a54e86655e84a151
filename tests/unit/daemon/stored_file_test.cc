#include "daemon/store/stored_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/fault.h"
#include "tests/unit/daemon/temporary_folder.h"

namespace pgpacs::store {
namespace {

namespace fs = std::filesystem;

// A file of 3 MB behind an offset of 10 bytes.
class stored_file : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  FileStore store_{1, folder_.path()};
  std::string data_set_ = std::string(3 << 20, 'x');
  std::string id_ = keep("0123456789" + data_set_);
  fs::path path_ = folder_.path() / id_.substr(0, 2) / id_.substr(2, 2) / (id_ + ".dcm");

  std::string keep(std::string_view content) {
    IncomingFile file = store_.receive();
    file.write(dicom::as_bytes(content));
    file.place();
    file.keep();
    return file.id().text();
  }

  bool is_intact() {
    Sha256 sha256;
    sha256.add(dicom::as_bytes(data_set_));
    return store::is_intact(store_, id_, 10 + data_set_.size(), 10, sha256.finish());
  }
};

TEST_F(stored_file, gives_a_range_in_pieces) {
  StoredFile file(store_, id_);
  std::string got;
  file.give(8, 12 + (2 << 20), [&](dicom::Bytes piece) { got += dicom::as_text(piece); });
  EXPECT_TRUE(got == "89" + std::string(2 + (2 << 20), 'x'));
  EXPECT_EQ(file.size(), data_set_.size() + 10);
  EXPECT_THROW(file.give(8, data_set_.size() + 11, [](dicom::Bytes) {}), Failure);
}

TEST_F(stored_file, is_intact_as_it_was_stored) {
  EXPECT_TRUE(is_intact());
}

TEST_F(stored_file, is_not_intact_once_a_byte_is_another) {
  std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary).seekp(2 << 20).put('y');
  EXPECT_FALSE(is_intact());
}

TEST_F(stored_file, is_not_intact_shorter_or_longer) {
  fs::resize_file(path_, data_set_.size() + 9);
  EXPECT_FALSE(is_intact());
  fs::resize_file(path_, data_set_.size() + 11);
  EXPECT_FALSE(is_intact());
}

TEST_F(stored_file, is_not_intact_where_it_is_gone) {
  fs::remove(path_);
  EXPECT_FALSE(is_intact());
}

// What was not read to its end is no damage; there is a while to read it.
TEST_F(stored_file, is_no_word_about_the_file_where_the_daemon_goes_down) {
  store_.stop(std::chrono::seconds(60));
  EXPECT_TRUE(is_intact());
  store_.stop(std::chrono::seconds(0));
  try {
    is_intact();
    ADD_FAILURE() << "no failure";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, dicom::FaultCode::out_of_resources);
  }
}

}  // namespace
}  // namespace pgpacs::store
