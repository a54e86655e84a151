#include "daemon/store/content.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "daemon/fault.h"
#include "tests/unit/daemon/temporary_folder.h"
#include "tests/unit/dicom/deflate.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::store {
namespace {

using namespace test;

// Digests of data sets in files of a store, behind `offset` bytes of something else.
class content_digest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  FileStore store_{1, folder_.path()};

  Digest digest(std::string_view data_set, dicom::TransferSyntax syntax, std::size_t offset = 300) {
    IncomingFile file = store_.receive();
    file.write(dicom::as_bytes(std::string(offset, 'm') + std::string(data_set)));
    file.place();
    return store::content_digest({&store_, file.id().text(), offset, syntax}, dicom::Limits{});
  }

  Digest digest(const DataSet& data_set, Encoding encoding = explicit_little) {
    return digest(encode(data_set, encoding),
                  {.is_explicit = encoding.has_vr, .is_big_endian = encoding.is_big_endian});
  }

  dicom::FaultCode failure(std::string_view data_set, dicom::TransferSyntax syntax) {
    try {
      digest(data_set, syntax);
    } catch (const Failure& failure) {
      return failure.code;
    }
    return dicom::FaultCode::bad_value;
  }
};

DataSet image(char pixel) {
  DataSet all = sample();
  all.resize(all.size() - 2);
  std::string pixels;  // three pieces of reading, which deflate cannot make small
  for (std::uint32_t state = 1; pixels.size() < 3 << 20; state = state * 1664525 + 1013904223)
    pixels += static_cast<char>(state >> 24);
  pixels[(2 << 20) + 1] = pixel;
  all.push_back(words(0x7FE00010, "OW", 2, pixels));
  return all;
}

TEST_F(content_digest, is_the_same_in_every_encoding) {
  const Digest expected = digest(image('a'));
  for (const Encoding encoding : {implicit_little, explicit_big, without_lengths(explicit_little)})
    EXPECT_EQ(digest(image('a'), encoding), expected);
}

TEST_F(content_digest, is_the_same_of_a_deflated_data_set) {
  EXPECT_EQ(digest(deflate(encode(image('a'))), {.is_deflated = true}), digest(image('a')));
}

TEST_F(content_digest, differs_where_a_pixel_does) {
  EXPECT_NE(digest(image('a')), digest(image('b')));
}

// What this process has read so far, in bytes.
std::uint64_t read_so_far() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t count = 0;
  io >> name >> count;
  EXPECT_EQ(name, "rchar:");
  return count;
}

// Beginning again for each value would cost a hostile object its values times its size.
TEST_F(content_digest, reads_a_deflated_data_set_of_many_large_values_twice_and_no_more) {
  DataSet all = sample();
  all.resize(all.size() - 2);
  std::uint32_t state = 1;
  for (std::uint32_t i = 0; i < 100; ++i) {
    std::string bytes(17000, '\0');
    for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    all.push_back(value(0x7FE11000 + i, "OB", bytes));
  }
  const std::string deflated = deflate(encode(all));
  const std::uint64_t before = read_so_far();
  const Digest found = digest(deflated, {.is_deflated = true});
  EXPECT_LT(read_so_far() - before, 2 * deflated.size() + (64 << 10));
  EXPECT_EQ(found, digest(all));
}

TEST_F(content_digest, ends_when_the_daemon_does) {
  store_.stop(std::chrono::seconds(0));
  EXPECT_EQ(failure(encode(sample()), {}), dicom::FaultCode::out_of_resources);
}

TEST_F(content_digest, says_what_is_wrong_with_the_file) {
  const std::string bytes = encode(sample());
  EXPECT_EQ(failure(bytes.substr(0, bytes.size() - 5), {}), dicom::FaultCode::truncated);
  EXPECT_EQ(failure("", {}), dicom::FaultCode::not_dicom);
  EXPECT_EQ(failure(bytes, {.is_deflated = true}), dicom::FaultCode::bad_structure);
  EXPECT_THROW(
      store::content_digest({&store_, "00000000-0000-0000-0000-000000000000", 0, {}}, dicom::Limits{}),
      Failure);
}

}  // namespace
}  // namespace pgpacs::store
