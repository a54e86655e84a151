// Objects made in memory: a template that tests/bench/objects.py wrote, with its fields filled in for each
// study, series and slice. The pixels are shared by all; only the header is patched.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::bench {

// Which object of all: the same place and seed give the same bytes.
struct Place {
  std::uint64_t seed = 1;
  std::uint64_t study = 0;
  std::uint32_t series = 0;  // of the study
  std::uint32_t slice = 0;   // of the series
};

class Template {
 public:
  // Reads "NAME.object" (its form: tests/bench/objects.py); throws std::runtime_error.
  explicit Template(const std::filesystem::path& file);

  const std::string& sop_class_uid() const { return sop_class_uid_; }
  const std::string& transfer_syntax_uid() const { return transfer_syntax_uid_; }

  // Makes this the object of a place; gives its SOP Instance UID.
  std::string patch(const Place& place);

  // Header and the rest; valid until the next patch().
  std::array<std::string_view, 2> data_set() const { return {header_, *pixels_}; }
  std::size_t size() const { return header_.size() + pixels_->size(); }

 private:
  struct Field {
    std::string name;
    std::size_t at, width;
  };

  void read_line(const std::string& line);

  std::string sop_class_uid_, transfer_syntax_uid_;
  std::vector<Field> fields_;
  std::vector<std::string> names_;
  std::size_t size_ = 0;
  std::string header_;
  std::shared_ptr<const std::string> pixels_;
};

}  // namespace pgpacs::bench
