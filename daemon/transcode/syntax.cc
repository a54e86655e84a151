#include "daemon/transcode/syntax.h"

#include <algorithm>
#include <array>

#include "extension/dicom/transfer_syntax.h"

namespace pgpacs::transcode {
namespace {

namespace uid = dicom::transfer_syntax_uid;

struct Known {
  std::string_view uid;
  Coding coding;
  bool is_written = false;
};

constexpr std::array known{
    Known{uid::implicit_little, Coding::native},
    Known{uid::explicit_little, Coding::native},
    Known{uid::explicit_big, Coding::native},
    Known{uid::deflated_explicit_little, Coding::deflated},
    Known{"1.2.840.10008.1.2.1.98", Coding::uncompressed},
    Known{"1.2.840.10008.1.2.5", Coding::rle, true},
    Known{"1.2.840.10008.1.2.4.50", Coding::jpeg},        // baseline
    Known{"1.2.840.10008.1.2.4.51", Coding::jpeg},        // extended
    Known{"1.2.840.10008.1.2.4.53", Coding::jpeg},        // spectral selection (retired)
    Known{"1.2.840.10008.1.2.4.55", Coding::jpeg},        // full progression (retired)
    Known{"1.2.840.10008.1.2.4.57", Coding::jpeg},        // lossless, process 14
    Known{"1.2.840.10008.1.2.4.70", Coding::jpeg, true},  // the same with selection value 1
    Known{"1.2.840.10008.1.2.4.80", Coding::jpeg_ls, true},
    Known{"1.2.840.10008.1.2.4.81", Coding::jpeg_ls},
    Known{"1.2.840.10008.1.2.4.90", Coding::jpeg_2000, true},
    Known{"1.2.840.10008.1.2.4.91", Coding::jpeg_2000},
    Known{"1.2.840.10008.1.2.4.201", Coding::jpeg_2000},
    Known{"1.2.840.10008.1.2.4.202", Coding::jpeg_2000},
    Known{"1.2.840.10008.1.2.4.203", Coding::jpeg_2000},
};

Known find(std::string_view wanted) {
  const auto* found = std::ranges::find(known, wanted, &Known::uid);
  return found == known.end() ? Known{wanted, Coding::other} : *found;
}

bool is_little_native(std::string_view wanted) {
  return wanted == uid::implicit_little || wanted == uid::explicit_little;
}

bool is_one_step(const Known& from, std::string_view to) {
  if (from.uid == uid::explicit_little) return true;
  if (from.coding == Coding::deflated) return to == uid::explicit_little;
  return is_little_native(to);
}

}  // namespace

Coding coding_of(std::string_view transfer_syntax_uid) {
  return find(transfer_syntax_uid).coding;
}

bool is_lossless(std::string_view transfer_syntax_uid) {
  return can_encode(transfer_syntax_uid) || transfer_syntax_uid == "1.2.840.10008.1.2.4.57" ||
         transfer_syntax_uid == "1.2.840.10008.1.2.4.201";
}

bool can_encode(std::string_view transfer_syntax_uid) {
  return find(transfer_syntax_uid).is_written;
}

std::vector<std::string_view> route(std::string_view from, std::string_view to) {
  const Known source = find(from);
  const Known target = find(to);
  const bool is_written =
      target.is_written || target.coding == Coding::deflated || is_little_native(target.uid);
  if (from == to || source.coding == Coding::other || !is_written) return {};
  if (is_one_step(source, target.uid)) return {target.uid};
  return {uid::explicit_little, target.uid};
}

}  // namespace pgpacs::transcode
