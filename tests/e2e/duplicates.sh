# The same object again, however it is encoded, is a duplicate and its file goes; another object under its UID is
# a conflict, and both are kept.
. "$(dirname "$0")/../lib/env.sh"

make() { "$generate" dx "$scratch/$1" --instances 1 --seed 1801 --transfer-syntax "$1" >/dev/null; }
events() { sql "select coalesce(string_agg(event, ' ' order by id), 'none') from pacs_data.audit_event where id > $mark and event like 'instance%'"; }
send() { # SYNTAX storescu's option
  mark=$(sql "select coalesce(max(id), 0) from pacs_data.audit_event")
  storescu "$2" -aec PGPACS $dimse "$scratch/$1"/* || fail "storescu $2"
}
for syntax in explicit implicit big-endian deflated jpeg-lossless; do make $syntax; done
send explicit -xe
equal "$(events)" "instance_stored" "an object is stored"
send explicit -xe
equal "$(events)" "instance_duplicate" "the same bytes again are a duplicate"
send implicit -xi
equal "$(events)" "instance_duplicate" "so is the same object in implicit VR"
send big-endian -xb
equal "$(events)" "instance_duplicate" "in big endian"
send deflated -xd
equal "$(events)" "instance_duplicate" "and deflated"
send jpeg-lossless -xs
equal "$(events)" "instance_conflict" "compressed pixels are compared as they are: a conflict, both are kept"
send jpeg-lossless -xs
equal "$(events)" "instance_duplicate" "sent again, the one in quarantine is known"

cp "$scratch"/explicit/* "$scratch/changed.dcm"
dcmodify -nb -imt -m "(0010,0010)=OTHER^PERSON" "$scratch/changed.dcm" 2>/dev/null
mkdir "$scratch/changed" && mv "$scratch/changed.dcm" "$scratch/changed/"
send changed -xe
equal "$(events)" "instance_conflict" "another name under the same UID is a conflict"

ACT=$scratch $python - <<'P'
import os, threading
from dicom_peer import *

folder = os.environ["ACT"]
os.system("%s mr %s/race --instances 1 --seed 1802 --transfer-syntax explicit >/dev/null" % (os.environ["PGPACS_BUILD"] + "/tests/generate/pgpacs-generate", folder))
cls, inst, ts, ds = part10(folder + "/race/" + os.listdir(folder + "/race")[0])
statuses = []


def send():
    a = Association([(cls, [ts])])
    statuses.append(a.store(cls, inst, ds)[0])
    a.release()


workers = [threading.Thread(target=send) for _ in range(12)]
[w.start() for w in workers]
[w.join() for w in workers]
if statuses != [0] * 12:
    raise SystemExit("FAILED: %r" % statuses)
print("  twelve associations that send one new object at once all hear success")
P
sop=$(dcmdump +P 0008,0018 -s "$scratch"/race/* | sed 's/.*\[\(.*\)\].*/\1/')
equal "$(sql "select count(*) || ' ' || (select count(*) from pacs_data.quarantine where sop_instance_uid = '$sop') from pacs_data.instance where sop_instance_uid = '$sop'")" "1 0" "and it is stored once"
rows=$(sql "select (select count(*) from pacs_data.instance) + (select count(*) from pacs_data.quarantine)")
as_files() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
equal "$(as_files find "$(realpath "$PGPACS_VAR")/store" -type f | wc -l)" "$rows" "no file is left over"
