#include "daemon/store/digest.h"

#include <gtest/gtest.h>

#include "tests/unit/dicom/builder.h"

namespace pgpacs::store {
namespace {

std::string sha256(std::string_view bytes, std::size_t piece) {
  Sha256 digest;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    digest.add(dicom::as_bytes(bytes.substr(at, piece)));
  const Digest result = digest.finish();
  return std::string(dicom::as_text(result));
}

TEST(digest, is_SHA_256) {  // FIPS 180-4, appendix B
  const std::pair<std::string, std::string> facts[] = {
      {"", "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855"},
      {"abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad"},
      {std::string(1000000, 'a'), "cdc76e5c 9914fb92 81a1c7e2 84d73e67 f1809a48 a497200e 046d39cc c7112cd0"}};
  for (const auto& [bytes, expected] : facts)
    for (const std::size_t piece : {7, 4096, 2000000})
      EXPECT_EQ(sha256(bytes, piece), test::hex(expected)) << bytes.size();
}

}  // namespace
}  // namespace pgpacs::store
