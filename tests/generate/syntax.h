#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

class DcmFileFormat;

namespace pgpacs::generate {

/// Transfer syntaxes that the generator can write (PS3.5 section 10).
enum class Syntax { implicit_le, explicit_le, explicit_be, deflated, jpeg, jpeg_lossless, jpeg_ls, rle };

/// The names that the command line takes.
std::vector<std::string> syntax_names();
Syntax syntax_named(std::string_view name);

/// Whether the syntax compresses pixels, and so fits pictures only.
bool is_compressed(Syntax syntax);

struct Encoding {
  Syntax syntax;
  bool has_undefined_lengths;  ///< of sequences and items
  bool has_offset_table;       ///< the basic one, of compressed pixels; it is empty where not
};

/// Compresses if the syntax asks for it, and writes the file. Throws std::runtime_error.
/// `jpeg` is baseline where samples have eight bits and lossless where they have more: baseline cannot hold
/// them.
void save(DcmFileFormat& file, const std::filesystem::path& path, const Encoding& encoding);

}  // namespace pgpacs::generate
