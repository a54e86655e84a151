#include "daemon/store/digest.h"

#include <openssl/evp.h>

#include <new>

namespace pgpacs::store {

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc{};
}

void Sha256::add(dicom::Bytes bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc{};
}

Digest Sha256::finish() {
  Digest digest;
  if (EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1)
    throw std::bad_alloc{};
  return digest;
}

}  // namespace pgpacs::store
