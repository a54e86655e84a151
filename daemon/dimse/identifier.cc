#include "daemon/dimse/identifier.h"

#include "extension/dicom/defect.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/json.h"
#include "extension/dicom/json_encoder.h"
#include "extension/dicom/json_text.h"
#include "extension/dicom/value_encoder.h"

namespace pgpacs::dimse {
namespace {

using dicom::CharacterSet;
using dicom::Fault;
using dicom::FaultCode;
using dicom::Tag;

constexpr Tag query_retrieve_level{0x0008, 0x0052};
constexpr std::string_view utf8_term = "ISO_IR 192";

dicom::TransferSyntax syntax_of(std::string_view uid) {
  const auto syntax = dicom::find_transfer_syntax(uid, false);
  if (!syntax || syntax->is_deflated)
    throw Fault{FaultCode::unknown_transfer_syntax, "an identifier is plain"};
  return *syntax;
}

void append_character_set(std::string_view term, dicom::TransferSyntax syntax, std::string& out) {
  if (term.empty()) return;
  const dicom::Value value{dicom::VR::CS, {std::string(term)}};
  append_element(dicom::tags::specific_character_set, dicom::VR::CS, value, CharacterSet{}, syntax, out);
}

// A code, which has no character set, as the model has it.
std::string in_utf8(std::string_view code) {
  std::string text;
  CharacterSet{}.decode(code, text);
  return text;
}

}  // namespace

Identifier read_identifier(dicom::Bytes bytes, std::string_view transfer_syntax_uid,
                           const dicom::Limits& limits) {
  dicom::Defects ignored;
  dicom::Reader reader({bytes}, syntax_of(transfer_syntax_uid), limits, ignored);
  dicom::JsonText text;
  // A list of UIDs is long, and no content that could stay in a file.
  const dicom::JsonOptions options{.inline_binary = bytes.size(), .large_value = bytes.size()};
  Identifier identifier;
  dicom::JsonWriter writer(text, options, ignored);
  writer.write(reader, [&](const dicom::Element& element) {
    const std::string_view value = dicom::trim_value(dicom::as_text(element.value), false);
    if (element.tag == query_retrieve_level) identifier.level = in_utf8(value);
    if (element.tag == dicom::tags::specific_character_set) identifier.character_set = value;
  });
  identifier.json = text.take();
  return identifier;
}

IdentifierEncoder::IdentifierEncoder(std::string_view character_set, std::string_view transfer_syntax_uid)
    : syntax_(syntax_of(transfer_syntax_uid)) {
  if (charset_.declare(character_set))
    character_set_ = character_set;
  else
    charset_ = {};
}

std::string_view IdentifierEncoder::encode(std::string_view json) {
  out_.clear();
  append_character_set(character_set_, syntax_, out_);
  if (encode_json(json, charset_, syntax_, out_)) return out_;
  out_.clear();
  append_character_set(utf8_term, syntax_, out_);
  encode_json(json, CharacterSet::utf8(), syntax_, out_);
  return out_;
}

}  // namespace pgpacs::dimse
