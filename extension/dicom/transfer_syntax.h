// Transfer syntaxes (PS3.5 chapter 10 and annex A), as far as reading a header needs them.
#pragma once

#include <optional>
#include <string_view>

namespace pgpacs::dicom {

struct TransferSyntax {
  bool is_explicit = true;
  bool is_big_endian = false;
  bool is_deflated = false;      // the whole data set is a zlib stream without header (PS3.5 A.5)
  bool is_encapsulated = false;  // Pixel Data is a sequence of fragments (PS3.5 A.4)
};

namespace transfer_syntax_uid {
inline constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
inline constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
inline constexpr std::string_view deflated_explicit_little = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";
}  // namespace transfer_syntax_uid

// What the UID stands for. Every syntax of PS3.6 that encodes a data set is known; a private or newer one is
// taken for encapsulated explicit VR little endian, as PS3.5 A.4 asks of all compressions, when
// `accept_unknown` is set. The syntaxes that are no data set encoding (MIME, XML, SMPTE) are refused.
std::optional<TransferSyntax> find_transfer_syntax(std::string_view uid, bool accept_unknown = true);

}  // namespace pgpacs::dicom
