// File Meta Information as we write it (PS3.10 7.1).
#pragma once

#include <string>
#include <string_view>

namespace pgpacs::dicom {

// What is empty is left out.
struct FileMeta {
  std::string sop_class_uid, sop_instance_uid, transfer_syntax_uid;
  std::string sending_ae_title{}, receiving_ae_title{};
  std::string private_information{};  // ours, of an even length
};

// Preamble, prefix and group 0002 for an object that came without them, or has been changed. Private
// Information stands at its very end.
std::string make_file_meta(const FileMeta& meta);

// Ours, in every file and association: the UUID d7e138f9-b7e0-4ef4-a07d-a833a88e0006, drawn once, in the arc
// that PS3.5 B.2 gives to UUIDs. Also the creator of our Private Information, so it stays what it is.
inline constexpr std::string_view implementation_class_uid = "2.25.286953441486584448474157308160072613894";
inline constexpr std::string_view implementation_version_name = "PGPACS_" PGPACS_SHORT_VERSION;

}  // namespace pgpacs::dicom
