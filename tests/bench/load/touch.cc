#include "tests/bench/load/touch.h"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

namespace pgpacs::bench {
namespace {

constexpr std::size_t page = 4096;
constexpr std::uint64_t spare = std::uint64_t{1} << 30;

std::uint64_t free_bytes() {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  for (std::uint64_t kilobytes = 0; in >> name >> kilobytes; std::getline(in, unit))
    if (name == "MemFree:") return kilobytes << 10;
  return 0;
}

}  // namespace

int touch(std::uint64_t bytes) {
  const std::uint64_t available = free_bytes();
  const std::uint64_t size = std::min(bytes, available > spare ? available - spare : 0);
  const auto began = std::chrono::steady_clock::now();
  if (size > 0) {
    void* const memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return 1;
    for (std::uint64_t at = 0; at < size; at += page) static_cast<volatile char*>(memory)[at] = 1;
    ::munmap(memory, size);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("{\"verb\": \"touch\", \"bytes\": %llu, \"seconds\": %.3f}\n",
              static_cast<unsigned long long>(size), took.count());
  return 0;
}

}  // namespace pgpacs::bench
