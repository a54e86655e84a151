// SHA-256 as bytes stream past.
#pragma once

#include <array>
#include <memory>

#include "extension/dicom/bytes.h"

struct evp_md_ctx_st;

namespace pgpacs::store {

using Digest = std::array<std::byte, 32>;

class Sha256 {
 public:
  Sha256();
  void add(dicom::Bytes bytes);
  Digest finish();  // once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace pgpacs::store
