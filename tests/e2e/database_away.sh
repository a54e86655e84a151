# The database goes and comes back: senders hear A700 or a rejection for now, never success; then all is well again.
. "$(dirname "$0")/../lib/env.sh"
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/cluster.sh"

"$generate" ct "$scratch/ct" --instances 3 --seed 1401 >/dev/null
trap 'cluster_is_running || cluster_control start; rm -rf "$scratch"' EXIT
ACT=$scratch STOP="$scratch/stop" GONE="$scratch/gone" BACK="$scratch/back" $python - <<'P' &
import os, sys, time
from dicom_peer import *

folder = os.environ["ACT"] + "/ct/"
objects = [part10(folder + n) for n in sorted(os.listdir(folder))]


def rule(words, holds):
    if not holds:
        sys.exit("FAILED: " + words)
    print("  " + words)


a = Association([(objects[0][0], [objects[0][2]])])
rule("with the database an object is stored", a.store(objects[0][0], objects[0][1], objects[0][3])[0] == 0)
open(os.environ["STOP"], "w").close()
rule("the database went", wait_for(lambda: os.path.exists(os.environ["GONE"]), 60))
status, words = a.store(objects[1][0], objects[1][1], objects[1][3])
rule("without it the same association hears A700", status == 0xA700)
try:
    Association([(VERIFICATION, [IMPLICIT])])
    rule("a new association is rejected for now", False)
except Ended as end:
    rule("a new association is rejected for now: temporary congestion", str(end) == "rejected 2/3/1")
open(os.environ["STOP"] + "2", "w").close()
rule("the database came back", wait_for(lambda: os.path.exists(os.environ["BACK"]), 60))
rule("the same association stores again", a.store(objects[1][0], objects[1][1], objects[1][3])[0] == 0)
rule("and again", a.store(objects[2][0], objects[2][1], objects[2][3])[0] == 0)
a.release()
P
sender=$!
for ((i = 0; i < 300; i++)); do [ -e "$scratch/stop" ] && break; sleep 0.1; done
cluster_control stop -m immediate
equal "$(curl -s -o /dev/null -w '%{http_code}' "$http/readyz")" 503 "/readyz says so"
equal "$(curl -s -o /dev/null -w '%{http_code}' "$http/healthz")" 200 "while /healthz says that pacsd lives"
touch "$scratch/gone"
for ((i = 0; i < 300; i++)); do [ -e "$scratch/stop2" ] && break; sleep 0.1; done
cluster_control start
touch "$scratch/back"
wait $sender || fail "see above"
study=$(dcmdump +P 0020,000D -s "$(find "$scratch/ct" -type f | head -n 1)" | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(sql "select number_of_instances from pacs.find_studies(study_instance_uid => '$study')")" 3 "all that was acknowledged is there"
