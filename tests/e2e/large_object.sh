# A 2 GB object: streamed to the disk and back, memory flat, and the others are served meanwhile.
. "$(dirname "$0")/../lib/env.sh"

need=$((5 * 1024 * 1024))
free=$(df -k --output=avail "$PGPACS_VAR" | tail -n 1)
if [ "$free" -lt $need ]; then note "SKIPPED: less than 5 GB free"; exit 0; fi
pid=$(cat "$PGPACS_VAR/run/pacsd.pid")
"$generate" sc "$scratch/sc" --instances 1 --seed 1501 --transfer-syntax explicit >/dev/null
ACT=$scratch PID=$pid $python - <<'P'
import hashlib, os, struct, subprocess, sys, threading, time, urllib.request
from dicom_peer import *

SIZE = 2 * 1024 * 1024 * 1024
folder = os.environ["ACT"] + "/sc/"
cls, inst, ts, ds = part10(folder + os.listdir(folder)[0])
head = ds[:ds.index(b"\xe0\x7f\x10\x00")]
head += b"\xe0\x7f\x10\x00OW\0\0" + struct.pack("<I", SIZE)


def rss():
    """Peak resident memory of pacsd in MB."""
    status = open("/proc/%s/status" % os.environ["PID"]).read()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


before = rss()
a = Association([(cls, [ts])], timeout=120)
digest = hashlib.sha256(head)
piece = bytes(range(256)) * 4096
a.send_pdvs(1, store_rq(cls, inst), True)
a.send_pdvs(1, head, False, 100000, is_last=False)
for i in range(SIZE // len(piece)):
    digest.update(piece)
    a.send_pdvs(1, piece, False, a.max_pdu - 6, is_last=i == SIZE // len(piece) - 1)
    if i == 100:
        other = Association([(VERIFICATION, [IMPLICIT])])
        rule("another association is served meanwhile", other.echo() == 0)
        other.release()
status, words = a.status()
rule("2 GB are stored", status == 0)
a.release()
rule("with at most 20 MB more of memory (%.0f, %.0f before)" % (rss(), before), rss() - before < 20)
url = subprocess.run(["scripts/psql", "pacs_mis", "-XAtqc",
                      "select url from pacs.find_studies(max_rows => 5000) f, pacs.study_links(f.study_instance_uid) l where sop_instance_uid = '%s'" % inst],
                     capture_output=True, text=True, check=True).stdout.strip()
got, size = hashlib.sha256(), 0
with urllib.request.urlopen(url) as answer:
    skip = int(answer.headers["Content-Length"]) - len(head) - SIZE
    answer.read(skip)
    while True:
        piece = answer.read(1 << 20)
        if not piece:
            break
        got.update(piece)
rule("and come back by their link, byte for byte", got.digest() == digest.digest())
rule("with at most 20 MB more of memory (%.0f)" % rss(), rss() - before < 20)
P
sql "select 1 from pacs_data.instance where file_size > 2000000000" >/dev/null
file=$(sql "delete from pacs_data.instance where file_size > 2000000000 returning file_id")
if [ "$(id -u)" = 0 ]; then rm -f "$PGPACS_VAR/store/${file:0:2}/${file:2:2}/$file.dcm"; else sudo rm -f "$PGPACS_VAR/store/${file:0:2}/${file:2:2}/$file.dcm"; fi
