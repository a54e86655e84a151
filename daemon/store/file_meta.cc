#include "daemon/store/file_meta.h"

#include <cstring>

#include "extension/dicom/fault.h"
#include "extension/dicom/json_value.h"
#include "extension/dicom/reader.h"

namespace pgpacs::store {
namespace {

using dicom::Bytes;

constexpr std::size_t preamble_size = 128;
constexpr std::string_view prefix = "DICM";
constexpr std::size_t group_length_size = 12;  // the element (0002,0000)

void take(FoundFileMeta& found, const dicom::Element& element) {
  const std::string text(dicom::trim_value(dicom::as_text(element.value), false));
  switch (element.tag.element()) {
    case 0x0002: found.meta.sop_class_uid = text; break;
    case 0x0003: found.meta.sop_instance_uid = text; break;
    case 0x0010: found.meta.transfer_syntax_uid = text; break;
    case 0x0017: found.meta.sending_ae_title = text; break;
    case 0x0018: found.meta.receiving_ae_title = text; break;
    default: break;
  }
}

ReceiptMark decode(Bytes value) {
  ReceiptMark mark;
  mark.received_at = static_cast<db::Moment>(dicom::load<std::uint64_t>(value.data(), false));
  std::memcpy(mark.sha256.data(), value.data() + sizeof mark.received_at, mark.sha256.size());
  return mark;
}

}  // namespace

std::string make_marked_meta(FileMeta meta) {
  meta.private_information.assign(mark_size, '\0');
  return dicom::make_file_meta(meta);
}

std::string encode(const ReceiptMark& mark) {
  const auto moment = static_cast<std::uint64_t>(mark.received_at);
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(moment >> shift & 0xFF);
  return bytes.append(dicom::as_text(mark.sha256));
}

FoundFileMeta read_file_meta(Bytes bytes) {
  constexpr std::size_t group_at = preamble_size + prefix.size() + group_length_size;
  if (bytes.size() < group_at || dicom::as_text(bytes.subspan(preamble_size, prefix.size())) != prefix)
    throw dicom::Fault{dicom::FaultCode::not_dicom, "no preamble and prefix of a DICOM file"};
  // PS3.10 7.1: the group length is type 1, and stands first.
  const std::byte* length = bytes.data() + group_at - group_length_size;
  if (dicom::load<std::uint32_t>(length, false) != 0x0000'0002)
    throw dicom::Fault{dicom::FaultCode::bad_structure, "no group length of the file meta information"};
  const auto group_size = dicom::load<std::uint32_t>(length + 8, false);
  if (group_size > bytes.size() - group_at)
    throw dicom::Fault{dicom::FaultCode::truncated, "the file meta information is cut"};
  FoundFileMeta found;
  found.size = static_cast<std::uint32_t>(group_at + group_size);
  dicom::Defects ignored;
  dicom::Reader reader({bytes.subspan(group_at, group_size)}, {.is_explicit = true}, dicom::Limits{},
                       ignored);
  bool is_ours = false;
  for (dicom::Event event = reader.next(); event != dicom::Event::end; event = reader.next()) {
    const dicom::Element& element = reader.element();
    if (event != dicom::Event::element || element.tag.group() != 0x0002) continue;
    take(found, element);
    if (element.tag.element() == 0x0100)
      is_ours = dicom::trim_value(dicom::as_text(element.value), false) == dicom::implementation_class_uid;
    if (element.tag.element() == 0x0102 && is_ours && element.value.size() == mark_size)
      found.mark = decode(element.value);
  }
  return found;
}

}  // namespace pgpacs::store
