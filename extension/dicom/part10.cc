#include "extension/dicom/part10.h"

#include "extension/dicom/dictionary.h"
#include "extension/dicom/element_header.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/reader.h"

namespace pgpacs::dicom {
namespace {

constexpr std::size_t preamble_size = 128;
constexpr std::string_view prefix = "DICM";

std::string_view trim_uid(Bytes value) {
  std::string_view uid = as_text(value);
  while (!uid.empty() && (uid.back() == '\0' || uid.back() == ' ')) uid.remove_suffix(1);
  return uid;
}

// The bytes that the group 2 elements take: the group length may lie, so they are walked.
std::size_t meta_size(Bytes bytes) {
  std::size_t at = 0;
  while (bytes.size() - at >= 8 && load<std::uint16_t>(bytes.data() + at, false) == 0x0002) {
    std::uint64_t size = 0;
    const VRTraits vr =
        traits(static_cast<VR>(vr_code(static_cast<char>(bytes[at + 4]), static_cast<char>(bytes[at + 5]))));
    if (vr.kind == VRKind::unknown)
      size = 8ull + load<std::uint32_t>(bytes.data() + at + 4, false);
    else if (!vr.has_long_length)
      size = 8ull + load<std::uint16_t>(bytes.data() + at + 6, false);
    else if (bytes.size() - at >= 12)
      size = 12ull + load<std::uint32_t>(bytes.data() + at + 8, false);
    else
      break;
    if (size > bytes.size() - at) throw Fault{FaultCode::truncated, "the file meta information is cut"};
    at += size;
  }
  return at;
}

void read_meta(Bytes meta, FileLayout& layout, Defects& defects) {
  const bool is_explicit = is_vr_at(meta, 4);
  Reader reader({meta}, {.is_explicit = is_explicit}, Limits{}, defects);
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const Element& element = reader.element();
    if (event != Event::element) continue;
    if (element.tag == tags::transfer_syntax_uid) layout.transfer_syntax_uid = trim_uid(element.value);
    if (element.tag == tags::media_storage_sop_class_uid)
      layout.media_storage_sop_class_uid = trim_uid(element.value);
  }
}

// As the same in big endian: the group of a first element is small, so its high byte tells.
bool looks_big_endian(Bytes bytes) {
  return bytes.size() >= 8 && bytes[0] == std::byte{0} && bytes[1] != std::byte{0} &&
         (bytes[1] & std::byte{1}) == std::byte{0} && is_vr_at(bytes, 4);
}

Tag tag_at(Bytes bytes, bool is_big_endian) {
  return {load<std::uint16_t>(bytes.data(), is_big_endian),
          load<std::uint16_t>(bytes.data() + 2, is_big_endian)};
}

// Whether the first tag makes sense in the other byte order only.
bool is_other_order(Bytes data_set, bool is_big_endian) {
  const auto makes_sense = [&](bool big) { return implicit_vr(tag_at(data_set, big)).vr != VR::UN; };
  return !makes_sense(is_big_endian) && makes_sense(!is_big_endian);
}

// The bytes of what the reader takes for file meta information in front of a data set.
std::size_t meta_at_front(Bytes data_set, TransferSyntax named) {
  Defects ignored(0);
  Reader reader({data_set}, named, Limits{}, ignored);
  while (reader.is_in_meta()) reader.next();
  return static_cast<std::size_t>(reader.position());
}

// A bare data set begins with an even, small group; text or an image of another format does not.
bool looks_like_data_set(Bytes bytes) {
  if (bytes.size() < 8) return false;
  const auto group = load<std::uint16_t>(bytes.data(), false);
  const auto element = load<std::uint16_t>(bytes.data() + 2, false);
  if (group == 0 || group > 0x0100 || (group & 1) != 0) return false;
  if (is_vr_at(bytes, 4)) return true;
  const auto length = load<std::uint32_t>(bytes.data() + 4, false);
  return (element == 0 || find_attribute(Tag{group, element})) && length < bytes.size();
}

}  // namespace

TransferSyntax check_syntax(Bytes data_set, TransferSyntax named, Defects& defects) {
  if (named.is_deflated) return named;
  if (starts_with_meta(data_set)) {
    defects.note(DefectCode::misplaced_meta, Tag{0x0002, 0x0000});
    data_set = data_set.subspan(meta_at_front(data_set, named));
  }
  if (data_set.size() < 8) return named;
  TransferSyntax found = named;
  found.is_explicit = is_vr_at(data_set, 4);
  if (!found.is_explicit)
    found.is_big_endian = false;
  else if (is_other_order(data_set, named.is_big_endian))
    found.is_big_endian = !named.is_big_endian;
  const Tag first = tag_at(data_set, found.is_big_endian);
  // An implicit length whose bytes are two capitals would be over 16,000: no first element is so long. The
  // other way round the tag must make sense, else the bytes are something else altogether.
  if (!found.is_explicit && implicit_vr(first).vr == VR::UN) return named;
  if (found.is_explicit != named.is_explicit || found.is_big_endian != named.is_big_endian)
    defects.note(DefectCode::wrong_syntax, first);
  return found;
}

FileLayout find_data_set(Bytes bytes, std::string_view transfer_syntax_uid, Defects& defects) {
  FileLayout layout;
  layout.transfer_syntax_uid = transfer_syntax_uid;
  // A bare data set may say DICM at that place in some value; a preamble that reads as one has not been seen.
  const bool is_bare =
      !transfer_syntax_uid.empty() && (looks_like_data_set(bytes) || looks_big_endian(bytes));
  const bool has_prefix = !is_bare && bytes.size() >= preamble_size + prefix.size() &&
                          as_text(bytes.subspan(preamble_size, prefix.size())) == prefix;
  const std::size_t meta_at = has_prefix ? preamble_size + prefix.size() : 0;
  const Bytes after_prefix = bytes.subspan(meta_at);
  layout.data_set_at = meta_at;
  const bool may_be_file = has_prefix || transfer_syntax_uid.empty();
  if (may_be_file && starts_with_meta(after_prefix)) {
    const std::size_t size = meta_size(after_prefix);
    read_meta(after_prefix.first(size), layout, defects);
    layout.data_set_at += size;
  } else if (!has_prefix && may_be_file && !looks_like_data_set(bytes) && !looks_big_endian(bytes)) {
    throw Fault{FaultCode::not_dicom, "neither a DICOM file nor a bare data set"};
  }
  const Bytes data_set = bytes.subspan(layout.data_set_at);
  if (layout.transfer_syntax_uid.empty()) {
    defects.note(DefectCode::guessed_syntax, tags::transfer_syntax_uid);
    layout.syntax.is_explicit = data_set.size() >= 8 && is_vr_at(data_set, 4);
    layout.syntax.is_big_endian = looks_big_endian(data_set);
    layout.transfer_syntax_uid = layout.syntax.is_big_endian ? transfer_syntax_uid::explicit_big
                                 : layout.syntax.is_explicit ? transfer_syntax_uid::explicit_little
                                                             : transfer_syntax_uid::implicit_little;
    return layout;
  }
  const auto syntax = find_transfer_syntax(layout.transfer_syntax_uid);
  if (!syntax) throw Fault{FaultCode::unknown_transfer_syntax, "the transfer syntax is not known"};
  layout.syntax = check_syntax(data_set, *syntax, defects);
  return layout;
}

}  // namespace pgpacs::dicom
