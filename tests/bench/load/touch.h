// Free memory, touched once. A virtual machine gives free memory back to its host, and each page that it uses
// again then costs a fault of the host: a new file is written up to five times slower after a pause than in
// the middle of work. What was touched last is used first, so that what a measurement will need is enough.
#pragma once

#include <cstdint>

namespace pgpacs::bench {

// So many bytes of free memory, but never the last gigabyte. Prints one line of JSON.
int touch(std::uint64_t bytes);

}  // namespace pgpacs::bench
