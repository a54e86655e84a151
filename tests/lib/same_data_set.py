#!/usr/bin/python3
"""same_data_set.py SENT GOT: exit 0 where both files hold the same data set, as pydicom reads it, and GOT's
Pixel Data are SENT's bytes. (DCMTK's senders encode a data set anew, so the bytes around may differ.)"""
import sys

import pydicom


def main():
    sent, got = (pydicom.dcmread(path, force=True) for path in sys.argv[1:3])
    for data_set in (sent, got):
        for tag in [e.tag for e in data_set if e.tag.element == 0 or e.tag == 0xFFFCFFFC]:
            del data_set[tag]
    pixels = [d.PixelData if "PixelData" in d else None for d in (sent, got)]
    for data_set in (sent, got):
        if "PixelData" in data_set:
            del data_set.PixelData
    if pixels[0] != pixels[1]:
        sys.exit("Pixel Data differ")
    if sent != got:
        names = [str(e.tag) for e in sent if e.tag not in got or got[e.tag] != e]
        names += [str(e.tag) for e in got if e.tag not in sent]
        sys.exit("differ at " + " ".join(names[:5]))


if __name__ == "__main__":
    main()
