// Loading: the magic block and the settings.
#include "extension/pg/settings.h"

#include "extension/pg/server.h"

extern "C" {
PG_MODULE_MAGIC;
void _PG_init(void);  // NOLINT(bugprone-reserved-identifier): the server asks for this name
}

namespace pgpacs::pg {
namespace {

char* key_directory_setting = nullptr;

}  // namespace

const char* key_directory() {
  return key_directory_setting == nullptr ? "" : key_directory_setting;
}

}  // namespace pgpacs::pg

void _PG_init(void) {
  DefineCustomStringVariable("pgpacs.key_directory", "Folder of the key files, outside the data directory.",
                             "Files NAME.GENERATION of the server's user, mode 600, 32 to 4096 bytes.",
                             &pgpacs::pg::key_directory_setting, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, nullptr,
                             nullptr, nullptr);
  MarkGUCPrefixReserved("pgpacs");
}
