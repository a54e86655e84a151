// Encapsulated Pixel Data of any bytes: what the daemon's scanner gathers of fragments, in pieces of any
// size, is what the reader sees in the whole; frames lie within Pixel Data, ascend and do not overlap; and
// the numbers in which the daemon tells of fragments say the same.
#include <algorithm>

#include "extension/dicom/frames.h"
#include "extension/dicom/header_scanner.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/read.h"

using namespace pgpacs;

namespace {

struct Seen {
  dicom::Fragments fragments{fuzz::limits().frames};
  dicom::FrameSource source;
};

// Of fragments only those of the object's own Pixel Data, the last where there are several.
Seen read_whole(dicom::Bytes whole) {
  Seen seen;
  dicom::Defects defects;
  dicom::Reader reader({whole}, {}, fuzz::limits(), defects);
  dicom::Tag owner;
  for (dicom::Event event = reader.next(); event != dicom::Event::end; event = reader.next()) {
    const dicom::Element& element = reader.element();
    if (event == dicom::Event::element) {
      owner = reader.depth() == 0 ? element.tag : dicom::Tag{};
      if (owner != dicom::Tag{} && element.length == dicom::undefined_length &&
          owner == dicom::tags::pixel_data)
        seen.fragments.clear();
    }
    if (event != dicom::Event::fragment || owner != dicom::tags::pixel_data) continue;
    seen.fragments.begin_item(element.length);
    seen.fragments.add(element.value);
  }
  return seen;
}

Seen read_kept(const dicom::HeaderScanner& scanner) {
  Seen seen{scanner.fragments(), {}};
  dicom::Defects defects;
  dicom::Reader reader({scanner.header(), scanner.gaps()}, scanner.syntax(), fuzz::limits(), defects, true);
  for (dicom::Event event = reader.next(); event != dicom::Event::end; event = reader.next())
    if (event == dicom::Event::element && reader.depth() == 0) seen.source.see(reader.element());
  return seen;
}

// The first byte chooses the size of pieces, the transfer syntax and whether Number of Frames is believed.
std::string_view uid_of(std::uint8_t choice) {
  constexpr std::string_view uids[] = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50",
                                       "1.2.840.10008.1.2.4.102"};
  return uids[choice % 3];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 9) return 0;
  const std::size_t piece = 1 + data[0];
  const dicom::Bytes whole(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  dicom::HeaderScanner scanner({}, fuzz::limits());
  try {
    for (std::size_t at = 0; at < whole.size(); at += piece)
      scanner.feed(whole.subspan(at, std::min(piece, whole.size() - at)));
    scanner.finish();
    if (!scanner.syntax().is_explicit || scanner.syntax().is_big_endian) return 0;
    const Seen kept = read_kept(scanner);
    const Seen expected = read_whole(whole);
    const std::vector<std::int64_t> numbers = kept.fragments.numbers();
    fuzz::check(numbers == expected.fragments.numbers(),
                "The scanner sees the fragments that the reader sees");
    const dicom::Fragments again = dicom::Fragments::from_numbers(numbers, fuzz::limits().frames);
    fuzz::check(kept.fragments.is_too_many() || again.numbers() == numbers, "Numbers say all of it");
    dicom::Defects defects, same_defects;
    const auto frames = find_frames(kept.source, kept.fragments, uid_of(data[0]), fuzz::limits(), defects);
    if (!kept.fragments.is_too_many())
      fuzz::check(frames == find_frames(kept.source, again, uid_of(data[0]), fuzz::limits(), same_defects),
                  "Frames found from numbers are the same");
    const dicom::PixelDescription& pixels = kept.source.pixels;
    const bool may_share_bytes = !pixels.is_encapsulated;
    fuzz::check(frames.size() <= fuzz::limits().frames, "There are no more frames than the limit");
    std::uint64_t end = pixels.pixel_data_at;
    for (const dicom::Frame& frame : frames) {
      fuzz::check(frame.length > 0, "A frame has bytes");
      fuzz::check(frame.at >= end || (may_share_bytes && frame.at + 1 >= end), "Frames ascend");
      end = frame.at + frame.length;
    }
    fuzz::check(end <= pixels.pixel_data_at + pixels.pixel_data_length, "Frames lie within Pixel Data");
  } catch (const dicom::Fault&) {
  }
  return 0;
}
