// File Meta Information as we write it (PS3.10 7.1).
#pragma once

#include <string>
#include <string_view>

namespace pgpacs::dicom {

// Preamble, prefix and group 0002 for an object that came without them, or has been changed. An empty UID is
// left out.
std::string make_file_meta(std::string_view sop_class_uid, std::string_view sop_instance_uid,
                           std::string_view transfer_syntax_uid);

// Ours: from the arc that PS3.5 B.2 gives to UUIDs.
inline constexpr std::string_view implementation_class_uid = "2.25.311574026415184018962379346245741302487";
inline constexpr std::string_view implementation_version_name = "PGPACS_" PGPACS_SHORT_VERSION;

}  // namespace pgpacs::dicom
