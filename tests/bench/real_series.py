#!/usr/bin/python3
"""real_series.py SHARED FOLDER: makes series of 200 slices of the real CT and MR series of ../shared/dicom (three
slices or more): their headers in turn, each with a SOP Instance UID and a number of its own, pixels cut to four
bytes. Five studies of each, so that half-filled pages do not count. Writes FOLDER/CT and FOLDER/MR; prints
"modality maker real-slices" lines."""
import collections
import csv
import os
import sys
import warnings

import pydicom
from pydicom.uid import UID

SLICES, STUDIES = 200, 5
UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")


def real_series(shared):
    series = collections.defaultdict(list)
    with open(shared + "/MANIFEST.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["modality"] in ("CT", "MR") and row["transfer_syntax_uid"] in UNCOMPRESSED and row["series_uid"]:
                series[row["series_uid"]].append(shared + "/" + row["file"])
    return {uid: files for uid, files in sorted(series.items()) if len(files) >= 3}


def write_slice(d, uid, study, number, path):
    root = "%s.%d" % (uid[:48].rstrip("."), study + 1)
    d.PixelData = bytes(4)
    d.InstanceNumber = number + 1
    d.StudyInstanceUID, d.SeriesInstanceUID = UID(root), UID(root + ".1")
    d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = UID("%s.1.%d" % (root, number + 1))
    d.save_as(path)


def main():
    shared, folder = sys.argv[1:]
    warnings.simplefilter("ignore")
    made = 0
    for uid, files in real_series(shared).items():
        slices = [pydicom.dcmread(file) for file in files]
        if any("PixelData" not in d for d in slices) or len({str(d.SOPInstanceUID) for d in slices}) < 3:
            continue
        modality = slices[0].Modality
        for study in range(STUDIES):
            to = "%s/%s/%d-%d" % (folder, modality, made, study)
            os.makedirs(to)
            for number in range(SLICES):
                write_slice(slices[number % len(slices)], uid, study, number, "%s/%d.dcm" % (to, number))
        print(modality, str(slices[0].get("Manufacturer", "")).split(" ")[0] or "unnamed", len(files))
        made += 1


if __name__ == "__main__":
    main()
