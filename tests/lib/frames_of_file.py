"""Frames of a file as another reader finds them (pydicom, and arithmetic of its own), and the same by places that the
database gives."""
import warnings

import pydicom
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")  # what it says of real files is not the question
VIDEO = "1.2.840.10008.1.2.4.10"


def pixel_element(ds):
    return next((ds[k] for k in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if k in ds), None)


def native_frames(ds, value):
    samples = int(ds.get("SamplesPerPixel", 1))
    if ds.PhotometricInterpretation == "YBR_FULL_422":
        samples = 2
    bits = ds.Rows * ds.Columns * samples * ds.BitsAllocated
    frames = []
    for n in range(int(ds.get("NumberOfFrames", 1) or 1)):
        first, last = n * bits // 8, -(-(n + 1) * bits // 8)
        if last <= len(value):
            frames.append(bytes(value[first:last]))
    return frames


def expected(path):
    """The bytes of each frame; None where the other reader has none."""
    try:
        ds = pydicom.dcmread(path, force=True)
        element = pixel_element(ds)
        if element is None or not element.value:
            return []
        uid = str(ds.file_meta.get("TransferSyntaxUID", ""))
        if not element.is_undefined_length:
            return native_frames(ds, element.value)
        if uid.startswith(VIDEO):
            return []
        return list(generate_pixel_data_frame(element.value, int(ds.get("NumberOfFrames", 1) or 1)))
    except Exception:
        return None


def at_places(data, places, is_encapsulated):
    """The bytes at places (offset, length), of encapsulated ones without the headers of their items."""
    frames = []
    for at, length in places:
        piece = data[at:at + length]
        if len(piece) != length:
            raise ValueError("a frame lies beyond the end")
        if is_encapsulated:
            values = b""
            while piece:
                if piece[:4] != b"\xfe\xff\x00\xe0":
                    raise ValueError("no item stands there")
                size = int.from_bytes(piece[4:8], "little")
                values += piece[8:8 + size]
                piece = piece[8 + size:]
            piece = values
        frames.append(piece)
    return frames
