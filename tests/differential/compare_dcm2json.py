#!/usr/bin/python3
"""Compares our DICOM JSON with DCMTK's dcm2json, file by file.

compare_dcm2json.py HEADER_JSON FILE_OR_FOLDER...
A file that dcm2json cannot print (it aborts on compressed Pixel Data) is stripped of pixels by dcmodify first.
Numbers are compared by value; our BulkDataURI stands for any InlineBinary. Exit 1 where anything differs.
"""
import base64
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from objects import files

# Where we differ on purpose: (path of the element, kind of difference) and why.
SETTLED = [
    (r"(7FE00010|FFFCFFFC)$", "only ours", "dcmodify dropped it, so that dcm2json would print the rest"),
    (r"\.00080005$|^00080005$", "value", "PS3.18 F.2.2: the model is in UTF-8 and says so at every level"),
    (r"(00143050|00143070|54000110|54000112|5400100A|54001010)$", "vr", "PS3.5 A.1: OB or OW is OW in implicit VR"),
    (r"(00080016|00081150)$", "value", "a UID with blanks inside is given as sent; dcm2json closes the gaps"),
]


def settled(where, kind, ours, theirs):
    # PS3.5 6.2.2: who knows the tag of a UN reads it; dcm2json leaves it as it is.
    if kind == "vr" and theirs["vr"] == "UN" and ours["vr"] != "UN":
        return True
    if any(kind == k and re.search(pattern, where) for pattern, k, _ in SETTLED):
        return True
    # Odd lengths against PS3.5 7.1.1: given as sent, where dcm2json pads.
    if kind == "binary":
        raw = [base64.b64decode(x.get("InlineBinary", "")) for x in (ours, theirs)]
        return len(raw[0]) % 2 == 1 and raw[0] + b"\0" == raw[1]
    # An item with a character set of its own (PS3.3 C.12.1.1.2), whose bytes dcm2json gives as they are.
    return kind == "value" and "\\x1b" in repr(theirs) and "\\x1b" not in repr(ours)


def dcm2json(path):
    """DCMTK's answer, or None where it has none."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy")
        shutil.copyfile(path, copy)
        for strip in (False, True):
            if strip:
                subprocess.run(["dcmodify", "-nb", "-ie", "-imt", "-ea", "(7FE0,0010)", copy], capture_output=True)
            done = subprocess.run(["dcm2json", "-fc", copy], capture_output=True)
            if done.returncode == 0:
                try:
                    return json.loads(done.stdout.decode("utf-8", "replace"), strict=False)
                except ValueError as error:
                    return f"dcm2json printed no JSON: {error}"
    return None


def same_number(ours, theirs):
    a, b = float(ours), float(theirs)
    return a == b or math.isclose(a, b, rel_tol=1e-6) or struct.pack("f", a) == struct.pack("f", b)


def same_value(ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same_value(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same_value, ours, theirs))
    numbers = (int, float)
    if isinstance(ours, numbers) and isinstance(theirs, numbers):
        return same_number(ours, theirs)
    return ours == theirs


def differences(ours, theirs, path=""):
    for tag in sorted(ours.keys() | theirs.keys()):
        here = f"{path}{tag}"
        if tag.startswith(("0000", "0002")):
            continue
        if tag not in ours or tag not in theirs:
            yield here, "only theirs" if tag in theirs else "only ours", ours.get(tag), theirs.get(tag)
            continue
        a, b = ours[tag], theirs[tag]
        if a.get("vr") != b.get("vr"):
            yield here, "vr", a, b
        elif a.get("vr") == "SQ":
            x, y = a.get("Value", []), b.get("Value", [])
            if len(x) != len(y):
                yield here, "items", len(x), len(y)
            for i, (p, q) in enumerate(zip(x, y)):
                yield from differences(p, q, f"{here}[{i}].")
        elif "BulkDataURI" in a:
            if b.keys().isdisjoint(("InlineBinary", "BulkDataURI", "Value")):
                yield here, "bulk", a, b
        elif a.get("InlineBinary") != b.get("InlineBinary"):
            yield here, "binary", a, b
        elif not same_value(a.get("Value", []), b.get("Value", [])):
            yield here, "value", a.get("Value"), b.get("Value")


def main():
    header_json, *paths = sys.argv[1:]
    agree = silent = differ = 0
    for path in files(paths):
        ours = subprocess.run([header_json, path], capture_output=True).stdout.decode("utf-8", "replace").strip()
        theirs = dcm2json(path)
        if theirs is None or isinstance(theirs, str):
            silent += 1
            continue
        if ours.startswith("FAULT"):
            differ += 1
            print(path, ours)
            continue
        found = [d for d in differences(json.loads(ours), theirs) if not settled(*d)]
        agree += not found
        differ += bool(found)
        for where, kind, a, b in found[:6]:
            print(f"{path}: {where} {kind}: {str(a)[:120]} | {str(b)[:120]}")
    print(f"{agree} agree, {differ} differ, {silent} that dcm2json cannot read")
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
