#!/usr/bin/python3
"""Compares our DICOM JSON with what pydicom reads, file by file, value by value.

compare_pydicom.py HEADER_JSON FILE_OR_FOLDER...
pydicom's elements are made JSON here, by PS3.18 annex F and not by its own to_json, which drops what it cannot write.
Numbers are compared by value; our BulkDataURI stands for any value. Exit 1 where anything differs that is not settled.
"""
import base64
import json
import math
import struct
import subprocess
import sys
import warnings

import pydicom
import pydicom.config
from pydicom.multival import MultiValue

from objects import files

warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

BINARY = {"OB", "OD", "OF", "OL", "OV", "OW", "UN", "OB or OW", "US or OW", "US or SS or OW"}
TEXTS = {"LT", "ST", "UT", "UR"}


def values_of(element):
    """The values of one element as the model has them; None for one that is empty between others."""
    value = element.value
    if value is None or (isinstance(value, (str, bytes)) and not value):
        return []
    if element.VR in TEXTS:
        text = value if isinstance(value, str) else "\\".join(map(str, value))
        return [text.rstrip(" \0")] if text.rstrip(" \0") else []
    if not isinstance(value, (MultiValue, list, tuple)):
        value = [value]
    values = [one_value(element.VR, v) for v in value]
    return [] if values == [None] else values


def one_value(vr, value):
    if vr == "AT":
        return f"{int(value):08X}"
    if vr in ("FL", "FD", "US", "SS", "UL", "SL", "UV", "SV"):
        return value
    if vr in ("DS", "IS"):
        text = str(getattr(value, "original_string", value)).strip(" \0")
        try:
            return float(text) if text else None
        except ValueError:
            return text
    if vr == "PN":
        labels = ("Alphabetic", "Ideographic", "Phonetic")
        groups = [str(g).rstrip(" ^\0") for g in str(value).rstrip("= \0").split("=")]
        return {label: group for label, group in zip(labels, groups) if group} or None
    text = str(value).rstrip(" \0") if vr == "UC" else str(value).strip(" \0")
    return text or None


def model(data_set):
    out = {}
    for tag in sorted(data_set.keys()):
        if tag.element == 0 or tag.group in (0x0000, 0x0002):
            continue
        try:
            element = data_set[tag]
        except Exception as error:  # pydicom reads values when they are asked for, and throws what it likes
            out[f"{int(tag):08X}"] = {"unread": f"{type(error).__name__}: {error}"}
            continue
        entry = {"vr": element.VR[:]}  # its str() is not the two letters
        if element.VR == "SQ":
            entry["Value"] = [model(item) for item in element.value]
        elif isinstance(element.value, (bytes, bytearray)) or element.VR in BINARY and not element.value:
            entry["bytes"] = bytes(element.value or b"")
        else:
            entry["Value"] = values_of(element)
        out[f"{int(tag):08X}"] = entry
    return out


def same_number(a, b):
    return a == b or math.isclose(a, b, rel_tol=1e-6) or struct.pack("f", a) == struct.pack("f", b)


def same_value(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(a[k].strip() == b[k].strip() for k in a)
    if isinstance(b, (int, float)) and isinstance(a, (int, float)):
        return same_number(a, b)
    if isinstance(b, float) and (math.isnan(b) or math.isinf(b)):
        return a == {"nan": "NaN"}.get(str(b), str(b))
    return a == b


def differences(ours, theirs, path=""):
    for tag in sorted(ours.keys() | theirs.keys()):
        here = path + tag
        if tag not in ours or tag not in theirs:
            yield here, "only theirs" if tag in theirs else "only ours", ours.get(tag), theirs.get(tag)
            continue
        a, b = ours[tag], theirs[tag]
        if "unread" in b:
            yield here, "unread", a, b
        elif a["vr"] != b["vr"] and not (" or " in b["vr"] and a["vr"] in b["vr"].split(" or ")):
            yield here, "vr", a, b
        elif a["vr"] == "SQ":
            x, y = a.get("Value", []), b["Value"]
            if len(x) != len(y):
                yield here, "items", len(x), len(y)
            for i, (p, q) in enumerate(zip(x, y)):
                yield from differences(p, q, f"{here}[{i}].")
        elif "BulkDataURI" in a:
            if not (b.get("bytes") or b.get("Value")):
                yield here, "bulk", a, b
        elif "bytes" in b:
            if base64.b64decode(a.get("InlineBinary", "")) != b["bytes"]:
                yield here, "binary", a, b
        else:
            x, y = a.get("Value", []), b["Value"]
            if len(x) != len(y) or not all(map(same_value, x, y)):
                yield here, "value", x, y


def settled(where, kind, ours, theirs):
    """Why we differ on purpose: the clause that decides it. None where nothing does."""
    tag = where[-8:]
    if tag == "00080005" and kind == "value":
        return "PS3.18 F.2.2: the model is in UTF-8 and says so at every level"
    if kind == "vr" and ours["vr"] == "UN" and int(tag[:4], 16) % 2:
        return "PS3.5 7.8.1: the VR of a private element is its creator's to say; pydicom's list of creators is longer"
    if kind == "value" and any(isinstance(v, str) and len(v) > 16 for v in ours) and not any(isinstance(v, str) for v in theirs):
        return "PS3.5 6.2: a DS of more than 16 bytes is given as sent"
    return None


# Faults with which we refuse what pydicom reads, and why.
REFUSED = {
    "truncated": "PS3.5 7.1: an element is longer than the file; pydicom gives what is there",
    "not_dicom": "PS3.7 6.3: elements of group 0000 are a command's and no data set's",
}


def main():
    header_json, *paths = sys.argv[1:]
    agree = refused = silent = differ = 0
    reasons = {}
    for path in files(paths):
        ours = subprocess.run([header_json, path], capture_output=True).stdout.decode("utf-8", "replace").strip()
        try:
            theirs = model(pydicom.dcmread(path, force=True))
        except Exception as error:
            silent += 1
            print(f"{path}: pydicom: {type(error).__name__}: {str(error)[:100]}")
            continue
        if ours.startswith("FAULT"):
            reason = REFUSED.get(ours.split()[1].rstrip(":"))
            if reason:
                refused += 1
                reasons[reason] = reasons.get(reason, 0) + 1
            else:
                differ += 1
                print(f"{path}: {ours}")
            continue
        found = []
        for difference in differences(json.loads(ours), theirs):
            reason = settled(*difference)
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
            else:
                found.append(difference)
        agree += not found
        differ += bool(found)
        for where, kind, a, b in found[:6]:
            print(f"{path}: {where} {kind}: {str(a)[:120]} | {str(b)[:120]}")
    for reason, count in sorted(reasons.items()):
        print(f"{count} times: {reason}")
    print(f"{agree} agree, {differ} differ, {refused} that we refuse, {silent} that pydicom cannot read")
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
