// A-ASSOCIATE-RQ and -AC, walked before DCMTK parses them: DCMTK 3.6.7 loses the memory of those that it
// gives up half-way (measured: 2.5 MB of one), for peers that nobody has admitted yet.
#pragma once

#include <cstddef>
#include <cstdint>

#include "extension/dicom/bytes.h"

namespace pgpacs::dimse {

constexpr std::size_t pdu_header_size = 6;
constexpr std::uint8_t associate_request_pdu = 0x01, associate_answer_pdu = 0x02;

// Bytes after the header. 128 contexts of all transfer syntaxes that there are need 170 KB.
constexpr std::size_t largest_associate_request = 256 * 1024;
constexpr std::size_t most_presentation_contexts = 128;  // odd numbers of one byte (PS3.8 9.3.2.2)
constexpr std::size_t most_transfer_syntaxes = 128;      // of one context: twice what PS3.6 has

// Whether `body`, which follows the header, is an A-ASSOCIATE-RQ within these bounds: items that fill it and
// nest as PS3.8 9.3.2 and PS3.7 D.3.3 say, lengths that add up, each item that stands once not twice. Items
// of unknown types are passed over (PS3.8 9.3.1). The protocol's version and the titles are not looked at.
bool is_associate_request(dicom::Bytes body);
// The same of an A-ASSOCIATE-AC (PS3.8 9.3.3).
bool is_associate_answer(dicom::Bytes body);

}  // namespace pgpacs::dimse
