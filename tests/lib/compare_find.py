#!/usr/bin/python3
"""Compares the answers of two archives to the same C-FIND queries, attribute by attribute.

compare_find.py SET OURS@PORT THEIRS@PORT
SET: the folder of files that both hold. Values are compared decoded, whatever the character set of the answer.
Where the standard leaves the archive a choice, the clause is named here and the files decide. Exit 1 on a difference.
"""
import pathlib
import subprocess
import sys
import tempfile
import warnings

import pydicom
from pydicom.multival import MultiValue

from find_queries import UNIQUE, queries

warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

CODECS = {"ISO_IR 192": "utf-8", "ISO_IR 144": "iso8859_5"}
ISSUER = "IssuerOfPatientID"
# An archive's own, or nothing.
OWN = {
    ISSUER: "PS3.4 C.6.1.1.2: optional, and Orthanc does not keep it",
    "SpecificCharacterSet": "PS3.4 C.4.1.1.3.2: where the answer needs one; values are compared decoded",
    "RetrieveAETitle": "PS3.4 C.4.1.1.3.2: where it can be had from",
    "InstanceAvailability": "PS3.4 C.4.1.1.3.2: may be left out",
    "QueryRetrieveLevel": "asserted of each answer",
}
# Of the values that the studies of one patient or the series of one study have, one is answered, and not said which:
# attributes of a level are those of its entity (PS3.4 C.6.1.1), which devices spell each in their own way.
OF_ANY = {
    "PATIENT": {"PatientName", "PatientBirthDate", "PatientSex"},
    "STUDY": {"PatientName", "PatientBirthDate", "PatientSex", "StudyDescription", "ReferringPhysicianName"},
    "SERIES": set(),
    "IMAGE": set(),
}
# "May use any form of literal or fuzzy matching" of names (PS3.4 C.2.2.2.1.1): ours finds a person in both alphabets, so
# ours may have more, of the patients whom theirs finds.
FUZZY = {"PatientName", "ReferringPhysicianName"}


def find(archive, query, folder):
    """The answers of findscu, as data sets."""
    title, port = archive.split("@")
    keys = [b"0008,0005=" + query.character_set.encode(), b"0008,0052=" + query.level.encode()]
    for keyword, value in query.keys.items():
        keys.append(keyword.encode() + b"=" + value.encode(CODECS[query.character_set]))
    command = ["findscu", "-" + query.root, "-X", "-od", folder, "-aet", "FINDSCU", "-aec", title, "127.0.0.1", port]
    for key in keys:
        command += [b"-k", key]
    done = subprocess.run(command, capture_output=True, timeout=60)
    if done.returncode or b"E:" in done.stderr:
        sys.exit("FAILED: %s: findscu of %s: %s" % (query.words, title, done.stderr.decode(errors="replace")[:400]))
    return [pydicom.dcmread(path, force=True) for path in sorted(pathlib.Path(folder).glob("rsp*.dcm"))]


def text(header, keyword):
    """A value, decoded; of several the set of them."""
    value = header.get(keyword)
    if value is None:
        return ""
    if isinstance(value, MultiValue):
        return "\\".join(sorted({str(v).strip() for v in value}))
    text_of = str(value).rstrip(" ^\0=").strip()
    if keyword.endswith("Time"):
        return text_of.split(".")[0]
    return text_of


class Files:
    """What the files of the set say themselves."""

    def __init__(self, folder):
        self.headers = [pydicom.dcmread(p, stop_before_pixels=True) for p in sorted(pathlib.Path(folder).rglob("*.dcm"))]
        self.studies = {h.StudyInstanceUID for h in self.headers}

    def of(self, level, key):
        return [h for h in self.headers if text(h, UNIQUE[level]) == key]

    def values(self, level, key, keyword):
        return {text(h, keyword) for h in self.of(level, key)}

    def patients(self, level, keys):
        return {text(h, "PatientID") for key in keys for h in self.of(level, key)}


def rows(query, answers, files):
    """{unique key: answer}; of our set alone, since other walks store in the same archive. A Patient ID is unique within
    its issuer (PS3.3 C.7.1.1): an archive that tells issuers apart has a row for each, which together are the other's."""
    found = {}
    for answer in answers:
        if answer.QueryRetrieveLevel != query.level:
            sys.exit("FAILED: %s: an answer of level %s" % (query.words, answer.QueryRetrieveLevel))
        key = text(answer, UNIQUE[query.level])
        if not files.of(query.level, key):
            continue
        if key in found and query.level == "PATIENT" and text(found[key], ISSUER) != text(answer, ISSUER):
            for counted in (k for k in query.keys if k.startswith("NumberOf")):
                answer[counted].value += found[key][counted].value
        elif key in found:
            sys.exit("FAILED: %s: twice the same %s" % (query.words, query.level.lower()))
        found[key] = answer
    return found


def differences(query, ours, theirs, files):
    more = ours.keys() - theirs.keys()
    if theirs.keys() - ours.keys():
        yield "rows that only theirs has: %d" % len(theirs.keys() - ours.keys())
    if more:
        named = [k for k in FUZZY if query.keys.get(k)]
        if not named or not (files.patients(query.level, more) <= files.patients(query.level, theirs) or "Physician" in named[0]):
            yield "rows that only ours has: %d" % len(more)
    for key in sorted(ours.keys() & theirs.keys()):
        for keyword in query.keys:
            a, b = text(ours[key], keyword), text(theirs[key], keyword)
            if keyword not in ours[key]:
                yield "%s: no such element in our answer (PS3.4 C.4.1.1.3.2)" % keyword
            elif a != b and keyword not in OWN:
                said = files.values(query.level, key, keyword)
                if keyword in OF_ANY[query.level] and a in said and b in said:
                    continue
                yield "%s: ours %r, theirs %r, files %r" % (keyword, a, b, sorted(said)[:4])


def main():
    folder, ours_at, theirs_at = sys.argv[1:]
    files = Files(folder)
    failed = compared = total = 0
    for query in queries(files.headers):
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
            ours, theirs = rows(query, find(ours_at, query, a), files), rows(query, find(theirs_at, query, b), files)
            wrong = list(differences(query, ours, theirs, files))
        for line in wrong[:6]:
            print("FAILED: %s: %s" % (query.words, line), file=sys.stderr)
        if not theirs and "not there" not in query.words and "another" not in query.words:
            wrong.append("no row")
            print("FAILED: %s: finds nothing, and so proves nothing" % query.words, file=sys.stderr)
        print("  %s %-7s %s: %d and %d rows" % (query.root, query.level, query.words, len(ours), len(theirs)))
        failed += bool(wrong)
        compared += 1
        total += len(theirs)
    print("  %d queries, %d rows of theirs compared, %d with differences" % (compared, total, failed))
    sys.exit(1 if failed else 0)


main()
