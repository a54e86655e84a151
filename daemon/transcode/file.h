// The files of a job, which come open from pacsd: a part of one to read, another to write.
#pragma once

#include "daemon/transcode/image.h"

namespace pgpacs::transcode {

class Input {
 public:
  Input(int file, std::uint64_t offset, std::uint64_t size) : file_(file), offset_(offset), size_(size) {}

  std::uint64_t size() const { return size_; }

  // Exactly these bytes of the data set. Throws Fault: truncated where they are not there, file_missing where
  // they cannot be read.
  void read(std::uint64_t at, std::span<std::byte> to) const;

  // All bytes from `at` to `to`, in pieces.
  template <typename Sink>
  void give(std::uint64_t at, std::uint64_t to, Sink&& sink) const {
    Buffer piece(piece_size);
    while (at < to) {
      const std::size_t count = to - at < piece.size() ? static_cast<std::size_t>(to - at) : piece.size();
      read(at, std::span(piece).first(count));
      sink(std::span<std::byte>(piece).first(count));
      at += count;
    }
  }

 private:
  static constexpr std::size_t piece_size = 1 << 20;  // whole words of any width

  int file_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

class Output {
 public:
  explicit Output(int file) : file_(file) { buffer_.reserve(buffer_size); }

  // Throws Fault too_large where the file may not become so large, out_of_resources where it cannot.
  void write(Bytes bytes);
  // Over what was written before.
  void write_over(std::uint64_t at, Bytes bytes);
  void finish() { flush(); }
  std::uint64_t size() const { return written_ + buffer_.size(); }

 private:
  static constexpr std::size_t buffer_size = 1 << 20;

  void flush();
  void write_at(std::uint64_t at, Bytes bytes) const;

  int file_;
  std::uint64_t written_ = 0;
  Buffer buffer_;
};

}  // namespace pgpacs::transcode
