// Loading: the magic block and the settings.
#include "extension/pg/settings.h"

#include "extension/pg/server.h"

extern "C" {
PG_MODULE_MAGIC;
void _PG_init(void);  // NOLINT(bugprone-reserved-identifier): the server asks for this name
}

namespace pgpacs::pg {
namespace {

constexpr dicom::Limits defaults;

char* key_directory_setting = nullptr;
int depth = defaults.depth;
int elements = defaults.elements;
int header_bytes = defaults.header_bytes;
int value_bytes = defaults.large_value;
int inflate_ratio = defaults.inflate_ratio;

// Superuser's, and of one session where he likes: to read one object that is larger than all others.
void define_limit(const char* name, const char* what, int* value, int least, int most, int flags = 0) {
  DefineCustomIntVariable(name, what, nullptr, value, *value, least, most, PGC_SUSET,
                          GUC_SUPERUSER_ONLY | flags, nullptr, nullptr, nullptr);
}

// Upper bounds that a backend survives: depth by its frames, elements and bytes by its memory.
void define_limits() {
  define_limit("pgpacs.limit_depth", "Sequences inside sequences.", &depth, 1, 256);
  define_limit("pgpacs.limit_elements", "Elements of one data set, at every depth.", &elements, 1000,
               20'000'000);
  define_limit("pgpacs.limit_header_bytes", "Header of one deflated object, large values aside.",
               &header_bytes, 64 << 10, 256 << 20, GUC_UNIT_BYTE);
  define_limit("pgpacs.limit_value_bytes", "A longer value is given as BulkDataURI.", &value_bytes, 1 << 10,
               1 << 20, GUC_UNIT_BYTE);
  define_limit("pgpacs.limit_inflate_ratio", "What one byte of a deflated object may become.", &inflate_ratio,
               1, 1100);
}

}  // namespace

const char* key_directory() {
  return key_directory_setting == nullptr ? "" : key_directory_setting;
}

dicom::Limits limits() {
  dicom::Limits limits;
  limits.depth = static_cast<std::uint32_t>(depth);
  limits.elements = static_cast<std::uint32_t>(elements);
  limits.header_bytes = static_cast<std::size_t>(header_bytes);
  limits.large_value = static_cast<std::size_t>(value_bytes);
  limits.inflate_ratio = static_cast<std::uint32_t>(inflate_ratio);
  return limits;
}

}  // namespace pgpacs::pg

void _PG_init(void) {
  pgpacs::pg::define_limits();
  DefineCustomStringVariable("pgpacs.key_directory", "Folder of the key files, outside the data directory.",
                             "Files NAME.GENERATION of the server's user, mode 600, 32 to 4096 bytes.",
                             &pgpacs::pg::key_directory_setting, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, nullptr,
                             nullptr, nullptr);
  MarkGUCPrefixReserved("pgpacs");
}
