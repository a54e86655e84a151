"""Sends objects of its own without end, over associations that come and go, until the file `enough` is there.
Writes "SOP Instance UID, SHA-256 of the data set" of each one that was acknowledged with success."""
import hashlib
import os
import sys
import time

from dicom_peer import Ended, Association, part10

ACT, WORKER = os.environ["ACT"], int(os.environ["WORKER"])


def objects():
    """The generated object under ever new UIDs of the same length."""
    folder = ACT + "/mr/"
    cls, inst, ts, ds = part10(folder + os.listdir(folder)[0])
    number = 0
    while True:
        number += 1
        uid = inst[:-10] + "%d%09d" % (WORKER, number)
        yield cls, uid, ts, ds.replace(inst.encode(), uid.encode())


def main():
    sent = acknowledged = lost = 0
    association = None
    with open("%s/acknowledged.%d" % (ACT, WORKER), "w") as out:
        for cls, uid, ts, ds in objects():
            if os.path.exists(ACT + "/enough"):
                break
            sent += 1
            try:
                if association is None:
                    association = Association([(cls, [ts])], timeout=20)
                status, _ = association.store(cls, uid, ds)
                if status == 0:
                    acknowledged += 1
                    out.write("%s %s\n" % (uid, hashlib.sha256(ds).hexdigest()))
                    out.flush()
            except (Ended, OSError):
                lost += 1
                association = None
                time.sleep(0.05)
    print("  sender %d: %d sent, %d acknowledged, %d associations lost" % (WORKER, sent, acknowledged, lost))


main()
