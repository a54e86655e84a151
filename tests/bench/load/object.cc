#include "tests/bench/load/object.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/bench/load/value.h"

namespace pgpacs::bench {

Template::Template(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!std::getline(in, line) || line != "bench-object 1")
    throw std::runtime_error(file.string() + " is no template");
  while (size_ == 0 && std::getline(in, line)) read_line(line);
  std::size_t header_size = 0;
  for (const Field& field : fields_) header_size = std::max(header_size, field.at + field.width);
  if (header_size == 0 || header_size > size_)
    throw std::runtime_error(file.string() + " has a field that does not fit");
  header_.resize(header_size);
  std::string pixels(size_ - header_size, '\0');
  in.read(header_.data(), static_cast<std::streamsize>(header_.size()));
  in.read(pixels.data(), static_cast<std::streamsize>(pixels.size()));
  if (!in) throw std::runtime_error(file.string() + " is shorter than it says");
  pixels_ = std::make_shared<const std::string>(std::move(pixels));
}

void Template::read_line(const std::string& line) {
  std::istringstream words(line);
  std::string kind;
  words >> kind;
  if (kind == "class") {
    words >> sop_class_uid_;
  } else if (kind == "syntax") {
    words >> transfer_syntax_uid_;
  } else if (kind == "name") {
    names_.push_back(line.substr(5));
  } else if (kind == "field") {
    Field field;
    words >> field.name >> field.at >> field.width;
    fields_.push_back(field);
  } else if (kind == "data") {
    words >> size_;
  }
  if (words.fail()) throw std::runtime_error("a template's line is not understood: " + line);
}

std::string Template::patch(const Place& place) {
  for (const Field& field : fields_) {
    std::string value = value_of(field.name, place, names_);
    if (value.size() > field.width) throw std::runtime_error("the value of " + field.name + " is too long");
    value.resize(field.width, ' ');
    std::ranges::copy(value, header_.begin() + static_cast<std::ptrdiff_t>(field.at));
  }
  return value_of("instance_uid", place, names_);
}

}  // namespace pgpacs::bench
