// Who we say that we are when associations are made.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>

namespace pgpacs::dimse {

// Our implementation class UID and version name (PS3.7 D.3.3.2) instead of DCMTK's, in what is asked or
// answered with these parameters. What a peer said of itself stays in their theirImplementation….
void set_implementation(T_ASC_Parameters* parameters);

}  // namespace pgpacs::dimse
