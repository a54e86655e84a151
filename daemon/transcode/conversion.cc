#include "daemon/transcode/conversion.h"

#include <algorithm>
#include <optional>

#include "daemon/transcode/pixels.h"
#include "daemon/transcode/syntax.h"
#include "extension/dicom/deflater.h"
#include "extension/dicom/fault.h"
#include "extension/dicom/frames.h"
#include "extension/dicom/header_scanner.h"
#include "extension/dicom/inflater.h"
#include "extension/dicom/value_encoder.h"
#include "extension/dicom/writer.h"

namespace pgpacs::transcode {
namespace {

using namespace dicom;

namespace uid = transfer_syntax_uid;

constexpr Tag icon_image_sequence{0x0088, 0x0200};

// What an edit makes of the attributes, and Pixel Data goes: it is put in its place anew. An icon that is
// compressed cannot stay in a native transfer syntax; it is a small copy, optional (PS3.3 C.7.6.1.1.6).
Edits edits_of(const PixelChange& change, bool has_compressed_icon) {
  Edits edits;
  const auto add = [&](Tag tag, Action action, std::string text) {
    Value value;
    if (!text.empty()) value.texts.push_back(std::move(text));
    edits.add(Pattern{.tag = tag}, false, Edit{.action = action, .value = std::move(value)});
  };
  constexpr Tag total_length{0x7FE0, 0x0003};  // Encapsulated Pixel Data Value Total Length
  for (const Tag tag :
       {tags::pixel_data, tags::extended_offset_table, tags::extended_offset_table_lengths, total_length})
    add(tag, Action::remove, {});
  if (has_compressed_icon) add(icon_image_sequence, Action::remove, {});
  if (change.photometric_interpretation)
    add(tags::photometric_interpretation, Action::insert, *change.photometric_interpretation);
  if (change.is_colour_by_pixel) add(tags::planar_configuration, Action::insert, "0");
  return edits;
}

class Conversion {
 public:
  Conversion(const Input& input, std::string_view from, std::string_view to, Output& output,
             const Limits& limits)
      : input_(input),
        from_(from),
        to_(to),
        output_(output),
        limits_(limits),
        scanner_(syntax_of(from), limits) {
    input_.give(0, input_.size(), [this](Bytes piece) { scanner_.feed(piece); });
    scanner_.finish();
  }

  void run();

 private:
  static TransferSyntax syntax_of(std::string_view uid) {
    const auto syntax = find_transfer_syntax(uid);
    if (!syntax) throw Fault{FaultCode::unknown_transfer_syntax, "the transfer syntax is not known"};
    return *syntax;
  }
  WriteAs write_as() const {
    return to_ == uid::implicit_little ? WriteAs::implicit_little_endian : WriteAs::explicit_little_endian;
  }
  FrameSource describe();
  Pixels pixels_of(const FrameSource& source);
  WrittenDataSet write(const Edits& edits);
  void give(const WrittenDataSet& written, std::size_t from, std::size_t to);
  static std::size_t place_of_pixels(const WrittenDataSet& written, const Limits& limits);
  void put_pixel_data(const Pixels& pixels, bool is_wide, TransferSyntax syntax);

  const Input& input_;
  std::string_view from_, to_;
  Output& output_;
  const Limits& limits_;
  HeaderScanner scanner_;
  bool has_compressed_icon_ = false;
  std::size_t gap_ = 0;  // of what is written, the next to fill
};

FrameSource Conversion::describe() {
  FrameSource source;
  Tag sequence;  // the outermost one
  Defects ignored;
  Reader reader({scanner_.header(), scanner_.gaps()}, scanner_.syntax(), limits_, ignored);
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const Element& element = reader.element();
    if (event == Event::sequence && reader.depth() == 0) sequence = element.tag;
    if (event != Event::element) continue;
    if (reader.depth() == 0) {
      source.see(element);
    } else if (element.length == undefined_length) {
      if (sequence != icon_image_sequence)
        throw Fault{FaultCode::not_transcodable, "a picture inside a sequence is compressed", element.tag};
      has_compressed_icon_ = true;
    }
  }
  return source;
}

Pixels Conversion::pixels_of(const FrameSource& source) {
  Defects ignored;
  return {input_, source.pixels, find_frames(source, scanner_.fragments(), from_, limits_, ignored), from_};
}

WrittenDataSet Conversion::write(const Edits& edits) {
  Defects ignored;
  Writer writer({scanner_.header(), scanner_.gaps()}, scanner_.syntax(), edits, write_as(),
                2 * limits_.header_bytes, limits_, ignored);
  while (writer.write_some()) {
  }
  return writer.take();
}

// Bytes of what is written, with what lies in its gaps from the input.
void Conversion::give(const WrittenDataSet& written, std::size_t from, std::size_t to) {
  const Bytes bytes = written.bytes;
  for (; gap_ < written.gaps.size() && written.gaps[gap_].at <= to; ++gap_) {
    const Gap& gap = written.gaps[gap_];
    const Splice& splice = written.splices[gap_];
    output_.write(bytes.subspan(from, gap.at - from));
    input_.give(splice.from, splice.from + gap.length, [&](std::span<std::byte> piece) {
      if (splice.word > 1) turn_words(piece, splice.word);
      output_.write(piece);
    });
    from = gap.at;
  }
  output_.write(bytes.subspan(from, to - from));
}

// Where the first element behind Pixel Data begins, of the outermost data set.
std::size_t Conversion::place_of_pixels(const WrittenDataSet& written, const Limits& limits) {
  Defects ignored;
  Reader reader({written.bytes, written.gaps}, written.syntax, limits, ignored);
  for (Event event = reader.next(); event != Event::end; event = reader.next()) {
    const bool is_element = event == Event::element || event == Event::sequence;
    if (is_element && reader.depth() == 0 && reader.element().tag > tags::pixel_data) return reader.tag_at();
  }
  return written.bytes.size();
}

// OW where a sample has more than a byte, OB for fragments (PS3.5 A.2 and A.4).
void Conversion::put_pixel_data(const Pixels& pixels, bool is_wide, TransferSyntax syntax) {
  std::string header;
  const bool is_encoded = can_encode(to_);
  append_header(tags::pixel_data, is_wide && !is_encoded ? VR::OW : VR::OB,
                is_encoded ? undefined_length : pixels.length(), syntax, header);
  output_.write(as_bytes(header));
  if (!is_encoded) return pixels.decode(output_);
  pixels.encode(to_, output_);
  header.clear();
  append_header(tags::sequence_delimitation, VR::none, 0, {.is_explicit = false}, header);
  output_.write(as_bytes(header));
}

void Conversion::run() {
  const FrameSource source = describe();
  const PixelDescription& pixels = source.pixels;
  const bool is_encoding = can_encode(to_);
  if (!pixels.has_pixel_data && is_encoding) refuse("an object without pixels is not compressed");
  const bool is_native = !pixels.has_pixel_data || coding_of(from_) == Coding::native;
  if (is_native == pixels.is_encapsulated) refuse("pixels are not of the transfer syntax that is named");
  if (is_native && !is_encoding) {
    const WrittenDataSet written = write(Edits{});
    return give(written, 0, written.bytes.size());
  }
  const Pixels there = pixels_of(source);
  const WrittenDataSet written =
      write(edits_of(is_encoding ? there.encoding() : there.decoding(), has_compressed_icon_));
  const std::size_t place = place_of_pixels(written, limits_);
  give(written, 0, place);
  put_pixel_data(there, pixels.bits_allocated > 8, written.syntax);
  give(written, place, written.bytes.size());
}

void inflate(const Input& input, Output& output, const Limits& limits) {
  // What comes out is looked at as it passes: a reader of it can follow it.
  HeaderScanner scanner({}, limits);
  Inflater inflater(limits);
  input.give(0, input.size(), [&](Bytes piece) {
    inflater.feed(piece, [&](Bytes inflated) {
      scanner.feed(inflated);
      output.write(inflated);
    });
  });
  if (!inflater.is_finished()) throw Fault{FaultCode::truncated, "the deflated data set ends in the middle"};
  scanner.finish();
}

void deflate(const Input& input, Output& output) {
  Deflater deflater;
  Buffer deflated;
  std::uint64_t left = input.size();
  input.give(0, input.size(), [&](Bytes piece) {
    left -= piece.size();
    deflater.feed(piece, left == 0, deflated);
    output.write(deflated);
    deflated.clear();
  });
}

}  // namespace

void convert(const Input& input, std::string_view from, std::string_view to, Output& output,
             const dicom::Limits& limits) {
  if (from == uid::deflated_explicit_little)
    inflate(input, output, limits);
  else if (to == uid::deflated_explicit_little)
    deflate(input, output);
  else
    Conversion(input, from, to, output, limits).run();
  output.finish();
}

}  // namespace pgpacs::transcode
