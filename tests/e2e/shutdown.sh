# SIGTERM: what is under way is finished and acknowledged, what waits is told, then pacsd is gone.
. "$(dirname "$0")/../lib/env.sh"
. "$root/tests/lib/second_daemon.sh"

"$generate" ct "$scratch/ct" --instances 1 --seed 1601 >/dev/null
"$generate" mr "$scratch/mr" --instances 1 --seed 1602 --transfer-syntax explicit >/dev/null
storescu -aec PGPACS $dimse "$scratch"/mr/*
start_second_daemon
trap 'stop_second_daemon; rm -rf "$scratch"' EXIT
ACT=$scratch PGPACS_DIMSE_PORT=$second_port SECOND=$(cat "$second_pid") $python - <<'P'
import os, subprocess, sys, time
from dicom_peer import *

folder = os.environ["ACT"] + "/ct/"
cls, inst, ts, ds = part10(folder + os.listdir(folder)[0])
folder = os.environ["ACT"] + "/mr/"
known = part10(folder + os.listdir(folder)[0])
pid = os.environ["SECOND"]
kill = (["sudo"] if os.geteuid() else []) + ["kill"]


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


busy = Association([(cls, [ts])])
again = Association([(known[0], [known[2]])])
again.send_pdvs(1, store_rq(known[0], known[1]), True)
again.send_pdvs(1, known[3][:1000], False, is_last=False)
idle = Association([(VERIFICATION, [IMPLICIT])])
busy.send_pdvs(1, store_rq(cls, inst), True)
busy.send_pdvs(1, ds[:1000], False, is_last=False)
time.sleep(0.3)
subprocess.run(kill + ["-TERM", pid], check=True)
try:
    idle.status()
    rule("an association that waits is aborted", False)
except Ended as end:
    rule("an association that waits is aborted", str(end) == "aborted")
try:
    Association([(VERIFICATION, [IMPLICIT])])
    rule("no new one is taken", False)
except (OSError, Ended):
    rule("no new one is taken", True)
busy.send_pdvs(1, ds[1000:], False)
rule("the object under way is taken to its end and acknowledged", busy.status()[0] == 0)
again.send_pdvs(1, known[3][1000:], False)
rule("so is one that is known, whose file is read for it", again.status()[0] == 0)
try:
    busy.status()
    rule("then its association is aborted", False)
except Ended as end:
    rule("then its association is aborted", str(end) == "aborted")
rule("and pacsd is gone", wait_for(lambda: not os.path.exists("/proc/" + pid)))
P
sop=$(dcmdump +P 0008,0018 -s "$scratch"/ct/* | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(sql "select count(*) from pacs_data.instance where sop_instance_uid = '$sop'")" 1 "what was acknowledged is there"
