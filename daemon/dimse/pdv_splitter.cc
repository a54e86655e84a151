#include "daemon/dimse/pdv_splitter.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "extension/dicom/bytes.h"

namespace pgpacs::dimse {
namespace {

constexpr char p_data = 0x04;
constexpr std::size_t head_size = 6;  // of a PDU: type, reserved, length; of a PDV: length, context, control
constexpr std::size_t length_size = 4;  // of a PDV's length, which counts what follows it
constexpr std::size_t context_and_control = 2;

std::uint32_t load_32(const std::string& bytes, std::size_t at) {
  return dicom::load<std::uint32_t>(dicom::as_bytes(bytes).data() + at, true);
}

std::string pdu_head(std::uint32_t length) {
  std::string head{p_data, '\0'};
  for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(length >> shift & 0xFF);
  return head;
}

ssize_t broken() {
  errno = EBADMSG;
  return -1;
}

}  // namespace

ssize_t PdvSplitter::read(void* to, std::size_t size, const Receive& receive) {
  if (made_.empty() && body_left_ == 0)
    if (const ssize_t begun = begin(receive); begun <= 0) return begun;
  if (!made_.empty()) {
    const std::size_t count = made_.copy(static_cast<char*>(to), size);
    made_.erase(0, count);
    return static_cast<ssize_t>(count);
  }
  const ssize_t count = receive(to, static_cast<std::size_t>(std::min<std::uint64_t>(size, body_left_)));
  if (count > 0) body_left_ -= static_cast<std::uint64_t>(count);
  return count;
}

// Above 0 where there is something to give out.
ssize_t PdvSplitter::begin(const Receive& receive) {
  if (pdu_left_ > 0) return begin_pdv(receive);
  if (const ssize_t count = gather(head_size, receive); count <= 0) return count;
  const std::uint32_t length = load_32(head_, 2);
  if (head_[0] != p_data) {
    made_ = std::exchange(head_, {});
    body_left_ = length;
    return 1;
  }
  if (length == 0) return broken();
  head_.clear();
  pdu_left_ = length;
  return begin_pdv(receive);
}

ssize_t PdvSplitter::begin_pdv(const Receive& receive) {
  if (pdu_left_ < head_size) return broken();
  if (const ssize_t count = gather(head_size, receive); count <= 0) return count;
  const std::uint32_t length = load_32(head_, 0);
  if (length < context_and_control || length > pdu_left_ - length_size) return broken();
  made_ = pdu_head(static_cast<std::uint32_t>(length_size + length)) + std::exchange(head_, {});
  body_left_ = length - context_and_control;
  pdu_left_ -= length_size + length;
  return 1;
}

ssize_t PdvSplitter::gather(std::size_t size, const Receive& receive) {
  while (head_.size() < size) {
    char bytes[head_size];
    const ssize_t count = receive(bytes, size - head_.size());
    if (count <= 0) return count;
    head_.append(bytes, static_cast<std::size_t>(count));
  }
  return 1;
}

}  // namespace pgpacs::dimse
