// What stands in a field of an object: made of the object's place alone, so that any of them can be made
// again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/object.h"

namespace pgpacs::bench {

// `names`: of persons, to choose from. Throws std::runtime_error for a field that is not known.
std::string value_of(std::string_view field, const Place& place, const std::vector<std::string>& names);

}  // namespace pgpacs::bench
