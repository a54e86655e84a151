#!/usr/bin/python3
"""What is transcoded, seen by others: compare_transcode.py TRANSCODE_FILE WORKER FILE_OR_FOLDER...

Every object that is not native explicit VR little endian: its pixels in that syntax are those that another maker's
decoder finds (DCMTK's tools, GDCM, pydicom; for lossy JPEG GDCM's own rounding aside), and all else is as it was.
Every native image, after each lossless compression of ours: other makers' decoders find its pixels, and bringing it
back gives the same data set, byte for byte. Exit 1 where anything differs.
"""
import os
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom

EXPLICIT, IMPLICIT, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99"
NATIVE = (EXPLICIT, IMPLICIT, "1.2.840.10008.1.2.2")
RLE, JPEG, JPEG_LS, JPEG_2000 = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"
LOSSY = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55)}

# Attributes that say how the pixels lie, and the pixels.
ABOUT_PIXELS = {0x00280004, 0x00280006, 0x7FE00001, 0x7FE00002, 0x7FE00010}
# Where the answer is another on purpose.
SETTLED = {
    "emri_small_jpeg_2k_lossless_too_short.dcm": "cut off in the middle: no reader gets all of its frames",
    "HTJ2KLossless_08_RGB.dcm": "no decoder of another maker in Debian reads it",
    "slicethickness_empty_string.dcm": "its icon is compressed, and left out",
}


class Tools:
    def __init__(self, transcode_file, worker, folder):
        self.command, self.folder = [transcode_file, worker], folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def transcode(self, to, path, name):
        done = subprocess.run([*self.command, to, path, self.path(name)], capture_output=True, text=True, timeout=120)
        return (self.path(name), "") if done.returncode == 0 else (None, done.stdout.strip() or f"exit {done.returncode}")

    def others(self, path, syntax):
        """What other makers' decoders write of a file, in explicit VR little endian."""
        tools = [["gdcmconv", "--raw"]]
        if syntax in NATIVE or syntax == DEFLATED:
            tools = [["dcmconv", "+te"]]
        elif syntax == RLE:
            tools.append(["dcmdrle"])
        elif syntax in ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"):
            tools.append(["dcmdjpls"])
        elif syntax in LOSSY or syntax in (JPEG, "1.2.840.10008.1.2.4.57"):
            tools.append(["dcmdjpeg"] if syntax in LOSSY else ["dcmdjpeg", "+cn"])
        for tool in tools:
            out = self.path("other")
            if os.path.exists(out):
                os.remove(out)
            done = subprocess.run([*tool, path, out], capture_output=True, timeout=120)
            if done.returncode == 0 and os.path.exists(out):
                yield tool[0], pydicom.dcmread(out, force=True)


def pixels_of(data_set, bits_stored):
    """So many bits of each sample, colour by pixel; nothing where pydicom cannot tell."""
    try:
        array = data_set.pixel_array
    except Exception:
        return None
    if array.dtype.kind not in "iu" or data_set.BitsAllocated < 8:
        return array
    return array.astype(numpy.int64) & ((1 << bits_stored) - 1)


def same_pixels(ours, theirs, is_lossy):
    if "PixelData" not in ours or "BitsStored" not in ours:
        return None
    # GDCM says of a codestream's bits what we leave as the header had it.
    a, b = (pixels_of(data_set, ours.BitsStored) for data_set in (ours, theirs))
    if a is None or b is None:
        return None
    if ours.PhotometricInterpretation != theirs.PhotometricInterpretation and is_lossy:
        return None  # GDCM leaves luma and chroma as they are
    if a.shape != b.shape or ours.PhotometricInterpretation != theirs.PhotometricInterpretation:
        return False
    return bool(numpy.abs(a - b).max() <= (3 if is_lossy else 0))


def differences(before, after, about_pixels):
    for tag in sorted(before.keys() | after.keys()):
        if tag.element == 0 or (about_pixels and tag in ABOUT_PIXELS):
            continue
        if tag not in before or tag not in after:
            yield f"{tag} is {'lost' if tag in before else 'new'}"
        elif before[tag].VR in ("UN", "OB", "OW") or after[tag].VR in ("UN", "OB", "OW"):
            if before[tag].value != after[tag].value and before.is_little_endian:
                yield f"{tag} has changed"
        elif str(before[tag].value) != str(after[tag].value):
            yield f"{tag} has changed"


def faults_of_decoding(tools, path, syntax):
    out, why = tools.transcode(EXPLICIT, path, "explicit")
    if out is None:
        return [], why
    before, after = pydicom.dcmread(path, force=True), pydicom.dcmread(out)
    compressed = syntax not in NATIVE and syntax != DEFLATED
    faults = list(differences(before, after, compressed))
    seen = 0
    if "PixelData" in after:
        for tool, other in tools.others(path, syntax):
            same = same_pixels(after, other, syntax in LOSSY)
            seen += same is True
            if same is False:
                faults.append(f"{tool} finds other pixels")
        if not seen and pixels_of(after, 1) is not None:
            faults.append("no other maker's decoder has confirmed its pixels")
    if syntax == IMPLICIT:
        return faults, ""
    implicit, why = tools.transcode(IMPLICIT, path, "implicit")
    if implicit is None:
        faults.append(f"to implicit VR: {why}")
    else:
        again = pydicom.dcmread(implicit)
        if after.get("PixelData") != again.get("PixelData"):
            faults.append("other pixels in implicit VR")
    return faults, ""


def faults_of_encoding(tools, path):
    """Of a file in explicit VR little endian."""
    before, faults = pydicom.dcmread(path), []
    is_plain = before.BitsAllocated in (8, 16) and before.get("PlanarConfiguration", 0) == 0
    with open(path, "rb") as file:
        bytes_before = file.read().partition(b"DICM")[2]
    for syntax in (RLE, JPEG, JPEG_LS, JPEG_2000, DEFLATED):
        out, why = tools.transcode(syntax, path, "compressed")
        if out is None:
            if before.BitsAllocated in (8, 16) and "_42" not in before.PhotometricInterpretation:
                faults.append(f"to {syntax}: {why}")
            continue
        confirmed = 0
        for tool, other in tools.others(out, syntax):
            same = same_pixels(before, other, False)
            confirmed += same is True
            if same is False:
                faults.append(f"{tool} finds other pixels in {syntax}")
        if not confirmed:
            faults.append(f"no other maker's decoder has confirmed {syntax}")
        back, why = tools.transcode(EXPLICIT, out, "back")
        if back is None:
            faults.append(f"back from {syntax}: {why}")
            continue
        with open(back, "rb") as file:
            bytes_after = file.read().partition(b"DICM")[2]
        after = pydicom.dcmread(back)
        if is_plain and after.PixelData.rstrip(b"\0") != before.PixelData.rstrip(b"\0"):
            faults.append(f"other pixels after {syntax}")
        faults += [f"after {syntax}: {line}" for line in differences(before, after, syntax != DEFLATED)]
        if is_plain and len(bytes_after) > len(bytes_before) + 200:
            faults.append(f"{syntax} and back has grown")
    return faults


def syntax_of(path):
    try:
        return str(pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)
    except Exception:
        return None


def files(paths):
    for path in paths:
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, n) for n in sorted(names) if not n.endswith(".csv"))


KIND = ("Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored", "PixelRepresentation", "PhotometricInterpretation",
        "PlanarConfiguration", "NumberOfFrames")


def is_new(data_set, kinds):
    """Whether it has pixels to compress, of a kind that was not seen yet."""
    if "PixelData" not in data_set or data_set.get("BitsAllocated") not in (8, 16) or pixels_of(data_set, 1) is None:
        return False
    kind = tuple(str(data_set.get(keyword)) for keyword in KIND)
    is_known = kind in kinds
    kinds.add(kind)
    return not is_known


def main():
    transcode_file, worker, *paths = sys.argv[1:]
    warnings.simplefilter("ignore")
    decoded = encoded = bad = 0
    refused, kinds = [], set()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        tools = Tools(transcode_file, worker, folder)
        for path in files(paths):
            syntax = syntax_of(path)
            if syntax is None or os.path.basename(path) in ("DICOMDIR", "DICOMDIR-bigEnd"):
                continue
            faults, native = [], path
            if syntax != EXPLICIT:
                faults, why = faults_of_decoding(tools, path, syntax)
                if why:
                    refused.append(f"{path}: {why}")
                    continue
                decoded += 1
                native = tools.path("native")
                os.replace(tools.path("explicit"), native)
            data_set = pydicom.dcmread(native)
            if is_new(data_set, kinds) and os.path.getsize(native) < 4 << 20:
                faults += faults_of_encoding(tools, native)
                encoded += 1
            if faults and os.path.basename(path) not in SETTLED:
                bad += 1
                print(path, *faults[:8], sep="\n    ")
    print(*refused, sep="\n")
    print(f"{decoded} objects were decoded, {encoded} compressed and brought back, {bad} of them wrong; {len(refused)} refused")
    sys.exit(1 if bad or decoded == 0 or encoded == 0 else 0)


main()
