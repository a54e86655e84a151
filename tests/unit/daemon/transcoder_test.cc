// The ways between transfer syntaxes, and workers that do not do what they should.
#include "daemon/transcode/transcoder.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "daemon/fault.h"
#include "daemon/transcode/syntax.h"
#include "tests/unit/daemon/temporary_folder.h"

namespace pgpacs::transcode {
namespace {

constexpr std::string_view implicit = "1.2.840.10008.1.2", explicit_little = "1.2.840.10008.1.2.1",
                           deflated = "1.2.840.10008.1.2.1.99", big = "1.2.840.10008.1.2.2",
                           jpeg_baseline = "1.2.840.10008.1.2.4.50", jpeg_ls = "1.2.840.10008.1.2.4.80",
                           near_lossless = "1.2.840.10008.1.2.4.81", rle = "1.2.840.10008.1.2.5",
                           mpeg4 = "1.2.840.10008.1.2.4.102";

using Steps = std::vector<std::string_view>;

TEST(transcoder, goes_by_way_of_explicit_VR_where_it_must) {
  EXPECT_EQ(route(jpeg_ls, explicit_little), Steps{explicit_little});
  EXPECT_EQ(route(jpeg_ls, implicit), Steps{implicit});
  EXPECT_EQ(route(big, implicit), Steps{implicit});
  EXPECT_EQ(route(implicit, explicit_little), Steps{explicit_little});
  EXPECT_EQ(route(explicit_little, rle), Steps{rle});
  EXPECT_EQ(route(explicit_little, deflated), Steps{deflated});
  EXPECT_EQ(route(deflated, implicit), (Steps{explicit_little, implicit}));
  EXPECT_EQ(route(implicit, rle), (Steps{explicit_little, rle}));
  EXPECT_EQ(route(rle, jpeg_ls), (Steps{explicit_little, jpeg_ls}));
}

TEST(transcoder, knows_no_way_that_would_lose_anything) {
  for (const std::string_view from : {implicit, explicit_little, rle})
    for (const std::string_view to : {jpeg_baseline, near_lossless, big, mpeg4})
      EXPECT_FALSE(can_transcode(from, to)) << from << " to " << to;
  EXPECT_FALSE(can_transcode(mpeg4, explicit_little));
  EXPECT_FALSE(can_transcode("1.2.3", explicit_little));
  EXPECT_FALSE(can_transcode("", explicit_little));
  EXPECT_FALSE(can_transcode(explicit_little, explicit_little)) << "there is nothing to do";
}

class transcoder_worker : public testing::Test {
 protected:
  transcoder_worker() {
    std::ofstream(folder_.path() / "object") << "no data set";
    file_ = store::Descriptor(::open((folder_.path() / "object").c_str(), O_RDONLY));
  }

  dicom::FaultCode fault_of(Transcoder& transcoder) {
    try {
      transcoder.transcode({file_.get(), 0, 11, std::string(implicit)}, explicit_little);
    } catch (const Failure& failure) {
      return failure.code;
    }
    ADD_FAILURE() << "nothing was wrong";
    return {};
  }

  test::TemporaryFolder folder_;
  store::Descriptor file_;
};

TEST_F(transcoder_worker, that_dies_costs_one_object) {
  Transcoder transcoder({.program = "/bin/false", .folder = folder_.path(), .workers = 1});
  for (int i = 0; i < 3; ++i) {
    const dicom::FaultCode code = fault_of(transcoder);
    // It may be gone before the job is sent.
    EXPECT_TRUE(code == dicom::FaultCode::not_transcodable || code == dicom::FaultCode::out_of_resources);
  }
}

TEST_F(transcoder_worker, that_hangs_is_ended) {
  Transcoder transcoder(
      {.program = "/bin/sleep", .folder = folder_.path(), .workers = 1, .timeout = std::chrono::seconds(1)});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(fault_of(transcoder), dicom::FaultCode::not_transcodable);
  EXPECT_EQ(fault_of(transcoder), dicom::FaultCode::not_transcodable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST_F(transcoder_worker, that_is_not_there_is_for_later) {
  Transcoder transcoder({.program = folder_.path() / "nothing", .folder = folder_.path(), .workers = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fault_of(transcoder), dicom::FaultCode::out_of_resources);
  Transcoder without_folder({.program = "/bin/false", .folder = folder_.path() / "nowhere"});
  EXPECT_EQ(fault_of(without_folder), dicom::FaultCode::out_of_resources);
}

}  // namespace
}  // namespace pgpacs::transcode
