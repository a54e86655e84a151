// Where DCMTK reads a data set and our reader does, both agree on every element: tag, VR as it stands in the
// bytes, length, value, nesting. What the standard settles between them is passed over where its clause
// stands.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "extension/dicom/fault.h"
#include "extension/dicom/reader.h"
#include "tests/fuzz/check.h"

using namespace pgpacs;

namespace {

struct Node;
using DataSet = std::vector<Node>;

struct Node {
  enum class Kind : std::uint8_t { value, sequence, fragments } kind;
  dicom::Tag tag;
  std::string vr;  // as it stands in the bytes; empty in implicit VR
  bool is_big_endian;
  std::vector<std::string> values{};  // one, or those of fragments
  std::vector<DataSet> items{};
};

// Our reader's view of a data set, at most 16 sequences deep: DCMTK's stack is not what is tried here.
class Ours {
 public:
  Ours(dicom::Bytes bytes, dicom::TransferSyntax syntax)
      : bytes_(bytes), reader_({bytes}, syntax, limits(), defects_) {}

  DataSet data_set() {
    DataSet nodes;
    const bool is_explicit = reader_.is_explicit();
    for (;;) {
      const std::uint64_t before = reader_.position();
      switch (reader_.next()) {
        case dicom::Event::element: {
          const bool is_whole = reader_.element().length != dicom::undefined_length;
          nodes.push_back(node(is_whole ? Node::Kind::value : Node::Kind::fragments, before, is_explicit));
          if (is_whole) nodes.back().values.push_back(value());
          break;
        }
        case dicom::Event::fragment: nodes.back().values.push_back(value()); break;
        case dicom::Event::sequence:
          nodes.push_back(node(Node::Kind::sequence, before, is_explicit));
          while (reader_.next() == dicom::Event::item) nodes.back().items.push_back(data_set());
          break;
        default: return sorted(std::move(nodes));
      }
    }
  }

  // PS3.5 7.5: where an item or a sequence ends elsewhere than it says, or its end is missing or stands
  // alone, what follows is not the standard's to tell: each reader mends it in its own way.
  bool is_nested_as_told() const {
    return std::none_of(defects_.list().begin(), defects_.list().end(), [](const dicom::Defect& defect) {
      return defect.code == dicom::DefectCode::stray_delimiter ||
             defect.code == dicom::DefectCode::missing_delimiter ||
             defect.code == dicom::DefectCode::overlong_item;
    });
  }

  // PS3.5 6.2: VRs are two capitals. DCMTK has marks of its own in two small letters (ox, px, …) and believes
  // bytes that read as one; we take them for no VR, as DCMTK does other letters.
  bool has_small_vr() const { return has_small_vr_; }

 private:
  static dicom::Limits limits() {
    dicom::Limits limits;
    limits.depth = 16;
    limits.elements = 2000;
    return limits;
  }

  // PS3.5 7.1 asks for ascending tags, each once. DCMTK sorts others and of equal ones keeps the first.
  static DataSet sorted(DataSet nodes) {
    std::stable_sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.tag < b.tag; });
    const auto repeated =
        std::unique(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.tag == b.tag; });
    nodes.erase(repeated, nodes.end());
    return nodes;
  }

  std::string value() const { return std::string(dicom::as_text(reader_.element().value)); }

  Node node(Node::Kind kind, std::uint64_t before, bool is_explicit) {
    const dicom::Element& element = reader_.element();
    const std::string vr = is_explicit ? vr_after(before) : "";
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    has_small_vr_ = has_small_vr_ || (is_explicit && is_small(vr[0]) && is_small(vr[1]));
    return {kind, element.tag, vr, element.is_big_endian};
  }

  // Stray delimiters, of eight bytes each, may stand before the element.
  std::string vr_after(std::uint64_t before) const {
    const auto group = [&] {
      return dicom::load<std::uint16_t>(bytes_.data() + before, reader_.element().is_big_endian);
    };
    while (group() == 0xFFFE) before += 8;
    return std::string(dicom::as_text(bytes_.subspan(before + 4, 2)));
  }

  dicom::Bytes bytes_;
  bool has_small_vr_ = false;
  dicom::Defects defects_{limits().elements};
  dicom::Reader reader_;
};

// How much was compared, for who must know that the settled differences do not settle everything.
struct Count {
  std::size_t inputs = 0, ours = 0, both = 0, elements = 0;
  ~Count() {
    std::fprintf(stderr, "compared: %zu of %zu inputs, %zu of which we read; %zu elements\n", both, inputs,
                 ours, elements);
  }
};
Count count;

void differ(const Node& node, const char* what) {
  std::fprintf(stderr, "at %s: ", to_string(node.tag).c_str());
  fuzz::check(false, what);
}

void compare_values(const Node& node, const std::string& ours, DcmElement& theirs) {
  const Uint32 length = theirs.getLengthField();
  const auto size = static_cast<Uint32>(ours.size());
  // PS3.5 7.1.1 knows no odd lengths: DCMTK adds a byte, we give what is there.
  if (length != size && length != size + (size & 1)) differ(node, "Values have one length");
  std::string value(length, '\0');
  const E_ByteOrder order = node.is_big_endian ? EBO_BigEndian : EBO_LittleEndian;
  if (length > 0 && theirs.getPartialValue(value.data(), 0, length, nullptr, order).bad())
    differ(node, "DCMTK gives the value that it read");
  if (value.compare(0, size, ours) != 0) differ(node, "Values are the same bytes");
}

void compare_fragments(const Node& node, DcmElement& theirs) {
  auto* pixels = dynamic_cast<DcmPixelData*>(&theirs);
  if (pixels == nullptr) differ(node, "Fragments are those of Pixel Data");
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter* parameter = nullptr;
  pixels->getOriginalRepresentationKey(syntax, parameter);
  DcmPixelSequence* fragments = nullptr;
  if (pixels->getEncapsulatedRepresentation(syntax, parameter, fragments).bad())
    differ(node, "Pixel Data of undefined length is encapsulated");
  if (fragments->card() != node.values.size()) differ(node, "Pixel Data has as many fragments");
  for (unsigned long i = 0; i < fragments->card(); ++i) {
    DcmPixelItem* fragment = nullptr;
    fragments->getItem(fragment, i);
    compare_values(node, node.values[i], *fragment);
  }
}

void compare(const DataSet& ours, DcmItem& theirs);

// What is unknown, UN or private, may be taken for what a dictionary says of it (PS3.5 6.2.2), and in
// implicit VR the edition of the dictionary decides: one may see a sequence where the other sees bytes.
bool may_be_another_kind(const Node& node) {
  return node.vr.empty() || node.vr == "UN" || node.tag.is_private();
}

void compare_kinds(const Node& node, DcmElement& theirs) {
  auto* sequence = dynamic_cast<DcmSequenceOfItems*>(&theirs);
  if ((sequence != nullptr) != (node.kind == Node::Kind::sequence)) {
    if (!may_be_another_kind(node)) differ(node, "What is a sequence is one for both");
    return;
  }
  if (node.kind == Node::Kind::value) return compare_values(node, node.values[0], theirs);
  if (node.kind == Node::Kind::fragments) return compare_fragments(node, theirs);
  if (sequence->card() != node.items.size()) differ(node, "Sequences have as many items");
  for (unsigned long i = 0; i < sequence->card(); ++i) compare(node.items[i], *sequence->getItem(i));
}

// DCMTK has no name for a VR that it does not know, and finds its own for what stands in no bytes.
bool same_vr(const Node& node, DcmElement& theirs) {
  if (node.vr.empty() || node.vr == "UN") return true;
  if (!dicom::is_known(static_cast<dicom::VR>(dicom::vr_code(node.vr[0], node.vr[1])))) return true;
  const std::string found = DcmVR(theirs.getTag().getEVR()).getValidVRName();
  // PS3.5 8.2: Pixel Data is OB or OW, by what is in it. DCMTK asks the bytes and not what they say.
  if (node.tag == dicom::tags::pixel_data && (found == "OB" || found == "OW")) return true;
  return node.vr == found;
}

void compare(const DataSet& ours, DcmItem& theirs) {
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const Node& node = ours[i];
    DcmElement* element = i < theirs.card() ? theirs.getElement(static_cast<unsigned long>(i)) : nullptr;
    if (element == nullptr || element->getGTag() != node.tag.group() ||
        element->getETag() != node.tag.element())
      differ(node, "Both have the same elements");
    if (!same_vr(node, *element)) differ(node, "The VR is what the bytes say");
    ++count.elements;
    compare_kinds(node, *element);
  }
  if (theirs.card() > ours.size()) fuzz::check(false, "DCMTK has no element that we do not have");
}

std::optional<DataSet> read(dicom::Bytes bytes, dicom::TransferSyntax syntax) {
  try {
    Ours ours(bytes, syntax);
    DataSet data_set = ours.data_set();
    if (ours.is_nested_as_told() && !ours.has_small_vr()) return data_set;
  } catch (const dicom::Fault&) {
  }
  return std::nullopt;
}

// DCMTK as it interprets least.
void set_up() {
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  dcmEnableAutomaticInputDataCorrection.set(OFFalse);
  dcmAcceptUnexpectedImplicitEncoding.set(OFFalse);
  dcmEnableUnknownVRConversion.set(OFFalse);
}

struct Choice {
  dicom::TransferSyntax syntax;
  E_TransferSyntax theirs;
};

// By the first byte, as the scanner's fuzzer has it.
Choice choose(std::uint8_t choice) {
  switch (choice & 3) {
    case 0: return {{.is_explicit = false}, EXS_LittleEndianImplicit};
    case 1: return {{}, EXS_LittleEndianExplicit};
    case 2: return {{.is_encapsulated = true}, EXS_JPEGProcess14SV1};
    default: return {{.is_big_endian = true}, EXS_BigEndianExplicit};
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_up();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ++count.inputs;
  // PS3.10 7.1: group 0002 stands before a data set, in a syntax of its own. Our reader goes by that.
  if (size > 2 && data[1] == 2 && data[2] == 0) return 0;
  const Choice choice = choose(data[0]);
  const std::optional<DataSet> ours =
      read({reinterpret_cast<const std::byte*>(data + 1), size - 1}, choice.syntax);
  if (!ours) return 0;
  ++count.ours;
  DcmInputBufferStream stream;
  stream.setBuffer(data + 1, static_cast<offile_off_t>(size - 1));
  stream.setEos();
  DcmDataset theirs;
  theirs.transferInit();
  const OFCondition result = theirs.read(stream, choice.theirs);
  theirs.transferEnd();
  if (result.bad() || stream.avail() > 0) return 0;  // it may stop early, and call that good
  compare(*ours, theirs);
  if (!ours->empty()) ++count.both;
  return 0;
}
