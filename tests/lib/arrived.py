#!/usr/bin/python3
"""arrived.py [--bytes] GOT SENT…: says "N of M": of M files in the folder GOT, N are objects of the folders SENT.

With --bytes the data set is the same byte for byte, in the same transfer syntax. Without, it is the same as pydicom reads
it: a receiver may encode it anew. Of one that was transcoded for the receiver the Image Pixel module is left out.
"""
import hashlib
import pathlib
import sys
import warnings

import pydicom
from pydicom.dataelem import DataElement

from dicom_peer import part10

warnings.simplefilter("ignore")


def files(folders):
    return (path for folder in folders for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file())


def round_decimals(data_set, element):
    if element.VR == "DS" and not element.is_empty:
        numbers = element.value if element.VM > 1 else [element.value]
        data_set[element.tag] = DataElement(element.tag, "FD", [round(float(n), 9) for n in numbers])


def read(path):
    """The data set without what a new encoding changes."""
    data_set = pydicom.dcmread(path, force=True)
    data_set.walk(round_decimals)
    for element in [e.tag for e in data_set if e.tag.element == 0 or e.tag == 0xFFFCFFFC]:
        del data_set[element]
    return data_set


def is_same(sent_path, got_path):
    sent, got = read(sent_path), read(got_path)
    if sent.file_meta.TransferSyntaxUID.is_compressed != got.file_meta.TransferSyntaxUID.is_compressed:
        for data_set in (sent, got):
            for tag in [e.tag for e in data_set if e.tag.group in (0x0028, 0x7FE0)]:
                del data_set[tag]
    return sent == got


def main():
    exactly, folders = "--bytes" in sys.argv, [a for a in sys.argv[1:] if a != "--bytes"]
    sent = {}
    for path in files(folders[1:]):
        sent[pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID] = path
    same = total = 0
    for path in files(folders[:1]):
        total += 1
        origin = sent.get(pydicom.dcmread(path, stop_before_pixels=True, force=True).SOPInstanceUID)
        if origin is None:
            continue
        if exactly:
            a, b = part10(origin), part10(path)
            same += a[2] == b[2] and hashlib.sha256(a[3]).digest() == hashlib.sha256(b[3]).digest()
        else:
            same += is_same(origin, path)
    print(same, "of", total)


main()
