// Data sets of any bytes with edits of any kind: the same bytes where nothing is named; else what is written
// is read again, and what an edit removed is not in it.
#include "extension/dicom/edits_json.h"
#include "extension/dicom/writer.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/read.h"

using namespace pgpacs;

namespace {

constexpr std::size_t longest = 4 << 20;

dicom::WrittenDataSet write(dicom::Bytes bytes, dicom::TransferSyntax syntax, const dicom::Edits& edits,
                            dicom::WriteAs write_as) {
  dicom::Defects defects;
  dicom::Writer writer({bytes}, syntax, edits, write_as, longest, fuzz::limits(), defects);
  while (writer.write_some()) {
  }
  return writer.take();
}

// Whether a tag stands anywhere in what was written, which must be readable.
bool holds(const dicom::WrittenDataSet& written, dicom::Tag tag) {
  dicom::Defects defects;
  dicom::Limits limits = fuzz::limits();
  limits.elements *= 8;  // insertions may have added some to every item
  dicom::Reader reader({written.bytes}, written.syntax, limits, defects);
  bool is_found = false;
  for (dicom::Event event = reader.next(); event != dicom::Event::end; event = reader.next())
    if (event == dicom::Event::element || event == dicom::Event::sequence)
      is_found = is_found || reader.element().tag == tag;
  return is_found;
}

dicom::TransferSyntax syntax_of(std::uint8_t choice) {
  return {.is_explicit = (choice & 1) != 0, .is_big_endian = (choice & 3) == 3};
}

// An edit of the removed tag first, then others that the input chooses.
dicom::Edits edits_of(dicom::Tag removed, std::uint8_t choice) {
  dicom::Edits edits;
  edits.add(dicom::Pattern{removed}, true, {dicom::Action::remove});
  const dicom::Pattern group{dicom::Tag{removed.value ^ 0x00010000}, 0xFFFF0000, {}};
  if ((choice & 4) != 0) edits.add(group, true, {dicom::Action::empty});
  const dicom::Path everything = dicom::parse_pattern("xxxxxxxx[*].xxxxxxx0");
  if ((choice & 8) != 0) edits.add(everything, {dicom::Action::replace, {dicom::VR::LO, {"new"}}});
  const dicom::Path inserted = dicom::parse_pattern("xxxxxxxx[*].PatientComments");
  if ((choice & 16) != 0 && removed != dicom::Tag{0x00104000})
    edits.add(inserted, {dicom::Action::insert, {dicom::VR::LT, {"inserted"}}});
  if ((choice & 32) != 0) edits.add(dicom::Pattern{dicom::Tag{}, 0, "ACME"}, true, {dicom::Action::remove});
  return edits;
}

void try_json(std::string_view text) {
  try {
    dicom::Edits::Number in_hand = 0;
    dicom::parse_edits(text, in_hand);
  } catch (const dicom::Fault&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  try_json({reinterpret_cast<const char*>(data + 5), size - 5});
  const dicom::Bytes bytes(reinterpret_cast<const std::byte*>(data + 5), size - 5);
  const dicom::TransferSyntax syntax = syntax_of(data[0]);
  const auto write_as =
      (data[0] & 64) != 0 ? dicom::WriteAs::explicit_little_endian : dicom::WriteAs::it_came;
  const dicom::Tag removed{dicom::load<std::uint32_t>(reinterpret_cast<const std::byte*>(data + 1), false)};
  try {
    const dicom::WrittenDataSet same = write(bytes, syntax, dicom::Edits{}, dicom::WriteAs::it_came);
    fuzz::check(!same.is_changed && dicom::as_text(same.bytes) == dicom::as_text(bytes),
                "Without an edit every byte is as it came");
  } catch (const dicom::Fault&) {
    return 0;
  }
  dicom::WrittenDataSet written;
  try {
    written = write(bytes, syntax, edits_of(removed, data[0]), write_as);
  } catch (const dicom::Fault&) {
    return 0;  // a value that does not fit, a private block without order
  }
  try {
    fuzz::check(!holds(written, removed), "What was removed is nowhere");
  } catch (const dicom::Fault& fault) {
    fuzz::check(false, message(fault).c_str());
  }
  return 0;
}
