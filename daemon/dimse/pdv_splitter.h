// P-DATA-TF PDUs of one PDV each, whatever the peer puts into one (PS3.8 9.3.5), with lengths that fit.
// DCMTK 3.6.7 loses its place in a PDU of three or more PDVs of different lengths: it takes what a peer sent
// for lengths, and reads beyond its buffer. PDUs of other types pass by.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace pgpacs::dimse {

class PdvSplitter {
 public:
  // As recv(): the count, 0 at the end, -1 with errno.
  using Receive = std::function<ssize_t(void* to, std::size_t size)>;

  // The next bytes, as recv(). Nothing is taken from `receive` beyond the head of a PDV that is not given out
  // at once. EBADMSG where lengths of PDU and PDVs do not fit: nothing can be read behind that.
  ssize_t read(void* to, std::size_t size, const Receive& receive);

  // Whether bytes that were received wait to be read.
  bool has_some() const { return !made_.empty(); }

 private:
  ssize_t begin(const Receive& receive);
  ssize_t begin_pdv(const Receive& receive);
  ssize_t gather(std::size_t size, const Receive& receive);

  std::string head_;             // what has come of the head of a PDU or PDV
  std::string made_;             // what is given out before anything else
  std::uint64_t body_left_ = 0;  // of what `made_` began
  std::uint64_t pdu_left_ = 0;   // PDVs behind it in the peer's PDU
};

}  // namespace pgpacs::dimse
