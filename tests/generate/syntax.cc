#include "tests/generate/syntax.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmimage/diregist.h>  // the JPEG encoder takes no colours without it
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <array>
#include <stdexcept>

#include "tests/generate/element.h"

namespace pgpacs::generate {

namespace {

constexpr std::array<std::string_view, 8> names{"implicit", "explicit",      "big-endian", "deflated",
                                                "jpeg",     "jpeg-lossless", "jpeg-ls",    "rle"};

/// DCMTK keeps its encoders in a list of the process. UIDs stay as they are: the device itself compresses.
class Encoders {
 public:
  Encoders() {
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
    DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFTrue, 0, OFTrue, EJLSUC_never);
    DcmRLEEncoderRegistration::registerCodecs(OFFalse);
  }
  Encoders(const Encoders&) = delete;
  Encoders& operator=(const Encoders&) = delete;
  ~Encoders() {
    DcmRLEEncoderRegistration::cleanup();
    DJLSEncoderRegistration::cleanup();
    DJEncoderRegistration::cleanup();
  }
};

bool has_eight_bits(DcmDataset& dataset) {
  Uint16 bits = 0;
  dataset.findAndGetUint16(DCM_BitsAllocated, bits);
  return bits == 8;
}

E_TransferSyntax code_of(Syntax syntax, DcmDataset& dataset) {
  switch (syntax) {
    case Syntax::implicit_le: return EXS_LittleEndianImplicit;
    case Syntax::explicit_le: return EXS_LittleEndianExplicit;
    case Syntax::explicit_be: return EXS_BigEndianExplicit;
    case Syntax::deflated: return EXS_DeflatedLittleEndianExplicit;
    case Syntax::jpeg: return has_eight_bits(dataset) ? EXS_JPEGProcess1 : EXS_JPEGProcess14SV1;
    case Syntax::jpeg_lossless: return EXS_JPEGProcess14SV1;
    case Syntax::jpeg_ls: return EXS_JPEGLSLossless;
    case Syntax::rle: return EXS_RLELossless;
  }
  throw std::logic_error("unknown transfer syntax");
}

void choose(DcmDataset& dataset, E_TransferSyntax code, const DcmRepresentationParameter& parameter) {
  check(dataset.chooseRepresentation(code, &parameter), "cannot compress");
}

/// DCMTK takes a compressed picture for a derived one. Here the device compresses, as real ones do: what it
/// says of the picture's origin stays.
void compress(DcmDataset& dataset, E_TransferSyntax code) {
  static const Encoders encoders;
  const std::string image_type = text_of(dataset, DCM_ImageType);
  switch (code) {
    case EXS_JPEGProcess1: choose(dataset, code, DJ_RPLossy(85)); break;
    case EXS_JPEGProcess14SV1: choose(dataset, code, DJ_RPLossless(1, 0)); break;
    case EXS_JPEGLSLossless: choose(dataset, code, DJLSRepresentationParameter(0, OFTrue)); break;
    default: choose(dataset, code, DcmRLERepresentationParameter()); break;
  }
  put(dataset, DCM_ImageType, image_type);
  delete dataset.remove(DCM_DerivationDescription);
  delete dataset.remove(DCM_DerivationCodeSequence);
}

/// The first item stays, as PS3.5 A.4 asks.
void empty_offset_table(DcmDataset& dataset) {
  DcmElement* pixels = nullptr;
  check(dataset.findAndGetElement(DCM_PixelData, pixels), "no PixelData");
  DcmPixelSequence* sequence = nullptr;
  DcmPixelItem* table = nullptr;
  auto& data = dynamic_cast<DcmPixelData&>(*pixels);
  E_TransferSyntax code = EXS_Unknown;
  const DcmRepresentationParameter* parameter = nullptr;
  data.getCurrentRepresentationKey(code, parameter);
  check(data.getEncapsulatedRepresentation(code, parameter, sequence), "PixelData is not compressed");
  check(sequence->getItem(table, 0), "PixelData has no items");
  check(table->putUint8Array(nullptr, 0), "cannot empty the offset table");
}

}  // namespace

std::vector<std::string> syntax_names() {
  return {names.begin(), names.end()};
}

Syntax syntax_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Syntax>(i);
  }
  throw std::runtime_error("no transfer syntax is called " + std::string(name));
}

bool is_compressed(Syntax syntax) {
  return syntax >= Syntax::jpeg;
}

void save(DcmFileFormat& file, const std::filesystem::path& path, const Encoding& encoding) {
  DcmDataset& dataset = *file.getDataset();
  const E_TransferSyntax code = code_of(encoding.syntax, dataset);
  if (is_compressed(encoding.syntax)) compress(dataset, code);
  if (is_compressed(encoding.syntax) && !encoding.has_offset_table) empty_offset_table(dataset);
  const auto lengths = encoding.has_undefined_lengths ? EET_UndefinedLength : EET_ExplicitLength;
  check(file.saveFile(path.c_str(), code, lengths, EGL_withoutGL), "cannot write " + path.string());
}

}  // namespace pgpacs::generate
