#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstddef>
#include <string>

namespace pgpacs::generate {

/// A maker's private attributes (PS3.5 7.8) in group 0029: several VRs, and a sequence within a sequence.
void put_private_block(DcmItem& item, const std::string& creator, std::size_t index);

}  // namespace pgpacs::generate
