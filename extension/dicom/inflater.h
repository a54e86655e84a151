// Bounded inflate of the deflated transfer syntaxes (PS3.5 A.5: RFC 1951, no zlib header).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "extension/dicom/bytes.h"
#include "extension/dicom/limits.h"

namespace pgpacs::dicom {

class Inflater {
 public:
  using Output = std::function<void(Bytes)>;

  explicit Inflater(const Limits& limits);
  ~Inflater();

  // Gives what the bytes inflate to, in pieces. Throws Fault bad_structure for a broken stream and too_large
  // for one that grows beyond the ratio.
  void feed(Bytes deflated, const Output& output);

  // The same for who wants no more than he asks for: after give(), next() has the pieces one by one, each
  // valid until the one after it; an empty one where all that was given is inflated. What was given must live
  // as long.
  void give(Bytes deflated);
  Bytes next();

  // False where the stream has not come to its end.
  bool is_finished() const { return is_finished_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint32_t ratio_;
  bool is_finished_ = false;
};

}  // namespace pgpacs::dicom
