// Settings of the extension (docs/settings.md). All are the superuser's.
#pragma once

namespace pgpacs::pg {

const char* key_directory();

}  // namespace pgpacs::pg
