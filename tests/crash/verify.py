"""Every acknowledged object has a row with its digest and a file with its bytes; every row has its file."""
import hashlib
import os
import sys

ACT, STORE = os.environ["ACT"], os.environ["STORE"]


def main():
    rows = {}
    for line in open(ACT + "/rows"):
        uid, digest, file_id, offset = line.strip().split("|")
        path = "%s/%s/%s/%s.dcm" % (STORE, file_id[:2], file_id[2:4], file_id)
        try:
            content = open(path, "rb").read()[int(offset):]
        except OSError as error:
            sys.exit("FAILED: a row without its file: %s" % error)
        if hashlib.sha256(content).hexdigest() != digest:
            sys.exit("FAILED: a file is not what its row says: %s" % path)
        rows[uid] = digest
    lost = [line for line in open(ACT + "/acknowledged") if rows.get(line.split()[0]) != line.split()[1]]
    if lost:
        sys.exit("FAILED: %d acknowledged objects are lost or changed" % len(lost))
    files = sum(name.endswith(".dcm") for _, _, names in os.walk(STORE) for name in names)
    print("  all are there, byte for byte; %d rows, each with its file; %d files without a row wait for the sweep"
          % (len(rows), files - len(rows)))


main()
