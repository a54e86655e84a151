#include "extension/dicom/file_meta.h"

#include <cstdint>

namespace pgpacs::dicom {
namespace {

void put_16(std::string& out, std::size_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8 & 0xFF);
}

void put_32(std::string& out, std::size_t value) {
  put_16(out, value & 0xFFFF);
  put_16(out, value >> 16);
}

void put_text(std::string& out, std::uint16_t element, std::string_view vr, std::string_view value,
              char padding) {
  const std::size_t length = value.size() + value.size() % 2;
  put_16(out, 0x0002);
  put_16(out, element);
  out += vr;
  put_16(out, length);
  out += value;
  if (length > value.size()) out += padding;
}

}  // namespace

std::string make_file_meta(std::string_view sop_class_uid, std::string_view sop_instance_uid,
                           std::string_view transfer_syntax_uid) {
  std::string group;
  // (0002,0001) File Meta Information Version: 00H 01H
  put_16(group, 0x0002);
  put_16(group, 0x0001);
  group += "OB";
  put_16(group, 0);
  put_32(group, 2);
  group += std::string_view("\0\1", 2);
  if (!sop_class_uid.empty()) put_text(group, 0x0002, "UI", sop_class_uid, '\0');
  if (!sop_instance_uid.empty()) put_text(group, 0x0003, "UI", sop_instance_uid, '\0');
  put_text(group, 0x0010, "UI", transfer_syntax_uid, '\0');
  put_text(group, 0x0012, "UI", implementation_class_uid, '\0');
  put_text(group, 0x0013, "SH", implementation_version_name, ' ');
  std::string all(128, '\0');
  all += "DICM";
  put_16(all, 0x0002);
  put_16(all, 0x0000);
  all += "UL";
  put_16(all, 4);
  put_32(all, group.size());
  return all + group;
}

}  // namespace pgpacs::dicom
