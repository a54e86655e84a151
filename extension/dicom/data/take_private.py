#!/usr/bin/python3
"""Writes extension/dicom/data/private.csv (standard output) from the private dictionary of Debian's package dcmtk.

take_private.py [/usr/share/libdcmtk17/private.dic]
Only the facts: who owns a private block, group and element inside it, VR, VM and name. Run by hand when a newer
dictionary is to be taken; the build needs the table alone.
"""
import csv
import re
import sys

LINE = re.compile(r'\(([0-9A-Fa-f]{4})(?:-o-([0-9A-Fa-f]{4}))?,"([^"]+)",([0-9A-Fa-f]{2,4})\)\t(\S+)\t([^\t]+)\t(\S+)')
# DCMTK's signs for what PS3.5 A.1 leaves open.
OPEN = {"ox": "OB|OW", "px": "OB|OW", "xs": "US|SS", "lt": "US|SS|OW"}


def pattern(first, last, element):
    """As PS3.6 writes repeating groups: 70xxxx04; xx in the element is the block (PS3.5 7.8.1)."""
    group = first if last is None else first[:2] + "xx"
    if last is not None and (first[2:], last[2:].lower()) != ("01", "ff"):
        raise ValueError(f"groups {first} to {last} have no mask")
    return (group + ("xx" + element if len(element) == 2 else element)).upper().replace("X", "x")


def main():
    rows = {}
    for line in open(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/libdcmtk17/private.dic", encoding="ascii"):
        if line.startswith("#") or not line.strip():
            continue
        found = LINE.match(line)
        if not found:
            raise ValueError(f"not understood: {line!r}")
        first, last, creator, element, vr, name, vm = found.groups()
        name = "" if name == "Unknown" else name
        if vr == "UN" and not name:
            continue  # says nothing
        # Of two lines for one element the later counts, as DCMTK has it.
        rows[creator, pattern(first, last, element)] = (OPEN.get(vr, vr), vm, name)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["creator", "tag", "vr", "vm", "name"])
    out.writerows([*key, *row] for key, row in sorted(rows.items()))


if __name__ == "__main__":
    main()
