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

void put_uid(std::string& out, std::uint16_t element, std::string_view uid) {
  if (!uid.empty()) put_text(out, element, "UI", uid, '\0');
}

void put_title(std::string& out, std::uint16_t element, std::string_view title) {
  if (!title.empty()) put_text(out, element, "AE", title, ' ');
}

void put_bytes(std::string& out, std::uint16_t element, std::string_view value) {
  put_16(out, 0x0002);
  put_16(out, element);
  out += "OB";
  put_16(out, 0);
  put_32(out, value.size());
  out += value;
}

}  // namespace

std::string make_file_meta(const FileMeta& meta) {
  std::string group;
  put_bytes(group, 0x0001, std::string_view("\0\1", 2));  // File Meta Information Version: 00H 01H
  put_uid(group, 0x0002, meta.sop_class_uid);
  put_uid(group, 0x0003, meta.sop_instance_uid);
  put_uid(group, 0x0010, meta.transfer_syntax_uid);
  put_uid(group, 0x0012, implementation_class_uid);
  put_text(group, 0x0013, "SH", implementation_version_name, ' ');
  put_title(group, 0x0017, meta.sending_ae_title);
  put_title(group, 0x0018, meta.receiving_ae_title);
  if (!meta.private_information.empty()) {
    put_uid(group, 0x0100, implementation_class_uid);
    put_bytes(group, 0x0102, meta.private_information);
  }
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
